"""Formats of others, read back."""

import csv
import io

import numpy as np
import yaml

from firstspike.golden import formats
from firstspike.report.energy import ecosystem


def test_accelergy_action_counts_are_the_items_summed_over_layers(small_document):
    content = yaml.safe_load(ecosystem.accelergy(small_document))["action_counts"]
    assert content["version"] == 0.2
    (top,) = content["subtree"]
    found = {
        (component["name"], action["name"]): action["counts"]
        for component in top["local"]
        for action in component["action_counts"]
    }
    expected = {}
    for item in small_document["items"]:
        place = item["component"].replace(" ", "_"), item["action"]
        expected[place] = expected.get(place, 0) + item["count"]
    assert found == expected


def test_csv_has_a_line_a_layer_and_exact_sums(small_document):
    rows = list(csv.DictReader(io.StringIO(ecosystem.layers_csv(small_document))))
    assert [row["layer"] for row in rows] == [row["layer"] for row in small_document["layers"]] + ["all"]
    for name in rows[0]:
        if name not in ecosystem.NOT_SUMMED:
            assert sum(int(row[name]) for row in rows[:-1]) == int(rows[-1][name])
    assert int(rows[-1]["energy_aj"]) == small_document["summary"]["energy_aj"]


def test_neurobench_metrics_have_their_names_and_meaning(small_material):
    found = ecosystem.neurobench(small_material)
    assert list(found) == [
        "Footprint",
        "Connection Sparsity",
        "Activation Sparsity",
        "Synaptic Operations",
        "Classification Accuracy",
    ]
    codes = np.concatenate([layer.weights.reshape(-1) for layer in small_material.network.layers])
    assert found["Connection Sparsity"] == np.mean(codes % 16 == formats.ZERO_MAGNITUDE)
    channels = sum(layer.out_channels for layer in small_material.network.layers)
    assert found["Footprint"] == -(-(5 * codes.size + 40 * channels) // 8)
    operations = found["Synaptic Operations"]
    assert operations["Effective_MACs"] == 0
    assert (
        0
        < operations["Effective_ACs"] * len(small_material.pixels)
        == sum(row["effective_sops"] for row in small_material.statistics)
    )
    assert found["Classification Accuracy"] == small_material.correct / len(small_material.pixels)
