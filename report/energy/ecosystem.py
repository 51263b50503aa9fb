"""The report in the formats of others: Accelergy action counts, NeuroBench metrics, CSV."""

import csv
import io

import numpy as np
import yaml

from firstspike.golden import formats
from firstspike.golden.counting import operations

ACCELERGY_VERSION = 0.2
BITS_PER_BYTE = 8
NOT_SUMMED = ("layer", "kind", "output", "density")


def accelergy(document):
    """Action counts as YAML text for Accelergy (input format version 0.2), summed over layers and images.

    Parameters
    ----------
    document : dict
        Of `document.document`.
    """
    components = {}
    for item in document["items"]:
        counts = components.setdefault(item["component"].replace(" ", "_"), {})
        counts[item["action"]] = counts.get(item["action"], 0) + item["count"]
    local = [
        {"name": component, "action_counts": [{"name": name, "counts": count} for name, count in counts.items()]}
        for component, counts in components.items()
    ]
    content = {"action_counts": {"version": ACCELERGY_VERSION, "subtree": [{"name": "firstspike", "local": local}]}}
    return yaml.safe_dump(content, sort_keys=False)


def neurobench(material):
    """Metrics under the names of NeuroBench (Yik et al., 2025), means per image.

    Parameters
    ----------
    material : Material

    Returns
    -------
    dict
    """
    network, images = material.network, len(material.pixels)
    weights = sum(layer.weights.size for layer in network.layers)
    zero = sum(
        int(np.count_nonzero((layer.weights & formats.ZERO_MAGNITUDE) == formats.ZERO_MAGNITUDE))
        for layer in network.layers
    )
    parameters = sum(layer.out_channels for layer in network.layers)
    bits = weights * formats.WEIGHT_BITS + parameters * formats.PARAMETER_BITS

    def mean(name):
        return sum(row[name] for row in material.statistics) / images

    return {
        "Footprint": -(-bits // BITS_PER_BYTE),
        "Connection Sparsity": zero / weights,
        "Activation Sparsity": operations.activation_sparsity(material.statistics),
        "Synaptic Operations": {
            "Effective_MACs": 0.0,
            "Effective_ACs": mean("effective_sops"),
            "Dense": mean("dense_operations"),
        },
        "Classification Accuracy": material.accuracy,
    }


def layers_csv(document):
    """One line a layer and a last one with the sums, as CSV text; the columns are those of `fields.LAYER`."""
    rows = document["layers"]
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    total = {name: sum(row[name] for row in rows) for name in rows[0] if name not in NOT_SUMMED}
    writer.writerow({"layer": "all", **total})
    return text.getvalue()
