"""The report as plain data: what the JSON file holds and the page shows."""

import numpy as np

from firstspike.golden.counting import operations
from firstspike.golden.counting.fields import explained
from firstspike.golden.energy import tables
from firstspike.golden.energy.units import MICROJOULE
from firstspike.report.energy import against, answers, digests, distribution, layer_kinds, rounded
from firstspike.report.energy import energy_fields as fields
from firstspike.report.energy.report_format import KIND, VERSION
from firstspike.report.run import outcome


def document(material, other=None, other_name=None):
    """The report of a `Material`, beside the OtherReport `other` from the file `other_name` if there is one.

    Returns
    -------
    dict
        `fields` and the sections that it explains, ready for JSON. Energies in aJ are exact integers; other numbers are
        rounded floats.
    """
    images = _images(material)
    runs = distribution.runs(material)
    classes = answers.by_class(material.class_names, images)
    found = {
        "format": {"kind": KIND, "version": VERSION},
        "fields": explained(fields.SECTIONS),
        "summary": _summary(material),
        "layers": _layers(material),
        "items": [
            {
                "layer": item.layer,
                "component": item.component,
                "group": item.group,
                "action": item.action,
                "count": item.count,
                "price_aj": item.price,
                "energy_aj": item.energy,
            }
            for item in material.estimate.items
        ],
        "prices": {
            name: {"price_aj": price.attojoules, "derivation": price.derivation}
            for name, price in material.estimate.prices.items()
        },
        "entries": _entries(material.table),
        "dram": {name: choice.model_dump(mode="json") for name, choice in tables.dram_choices().items()},
        "variants": [_variant(batch, found) for batch, found in material.variants],
        "tables": [_variant(material.schedule.batch, found) for found in material.by_table],
        "comparison": _comparison(material),
        "published": [row.model_dump(mode="json") for row in tables.published()],
        "images": images,
        "classes": classes,
        "confusions": answers.confusions(classes),
        "runs": runs,
        "spread": distribution.spread(runs),
        "spike_times": _spike_times(material, slice(None)),
        "shown": {
            "image": material.shown,
            "spike_times": _spike_times(material, slice(material.shown, material.shown + 1)),
        },
        "cycles": [
            [
                {"layer": material.network.layers[run.layer].name, **counts}
                for run, counts in zip(material.schedule.runs, prediction.runs)
            ]
            for prediction in material.counted.predictions
        ],
    }
    found["layer_energy"] = rounded.by_layer(found)
    found["against"] = other and against.compare(found, other, other_name)
    return found


def _summary(material):
    found, schedule, network = material.estimate, material.schedule, material.network
    firing = sum(layer.fires for layer in network.layers)
    return {
        "model": network.name,
        "network_digest": digests.of_network(network),
        "configuration": schedule.config.model_dump(),
        "image_source": material.source,
        "images_digest": digests.of_images(material.pixels),
        "correct": material.correct,
        "accuracy": material.accuracy,
        "table_title": material.table.title,
        "table_warning": material.table.warning,
        "table_omits": material.table.omits,
        "dram_title": tables.dram(found.dram).title,
        "clock_hz": found.clock_hz,
        **_variant(schedule.batch, found),
        "components_aj": found.by("component"),
        "on_chip_picojoules_per_sop": _number(found.on_chip_picojoules_per_sop),
        "cycles": found.cycles,
        "sops": found.sops,
        "spikes": found.spikes,
        "spikes_per_neuron": found.spikes / found.neurons if found.neurons else None,
        "time_steps": network.time_steps,
        "firing_layers": firing,
        "time_steps_to_decision": network.time_steps * firing,
        "rtl": material.rtl
        and {
            "report": material.rtl.name,
            "images": material.rtl.rtl.images,
            "equal": material.rtl.equal,
            "golden_aj": material.rtl.golden.total(),
            "rtl_aj": material.rtl.rtl.total(),
        },
    }


def _entries(table):
    """Entries of the table, then those of its fallback."""
    own = [{"table": table.name} | entry.model_dump(mode="json") for entry in table.entries]
    return own + (_entries(table.fallback) if table.fallback else [])


def _layers(material):
    components = material.estimate.by("component")
    rows = []
    network = material.network
    for index, (layer, counts, cycles, statistic) in enumerate(
        zip(network.layers, material.counted.layer_counts, material.counted.layer_cycles, material.statistics)
    ):
        row = {
            "layer": layer.name,
            "kind": layer_kinds.kind(network, index),
            "output": layer_kinds.output(network, index),
            **counts,
            "cycles": cycles,
        }
        row |= {f"statistic_{one.name}": statistic[one.name] for one in operations.STATISTICS}
        row["density"] = statistic["spikes"] / statistic["neurons"] if layer.fires else None
        row["energy_aj"] = material.estimate.total(layer=layer.name)
        row |= {
            f"energy_{component.replace(' ', '_')}_aj": material.estimate.total(layer=layer.name, component=component)
            for component in components
        }
        rows.append(row)
    return rows


def _variant(batch, found):
    return {
        "batch": batch,
        "table": found.table,
        "dram": found.dram,
        "images": found.images,
        "energy_aj": found.total(),
        "microjoules_per_image": float(found.microjoules_per_image),
        "groups_aj": found.by("group"),
        "picojoules_per_sop": _number(found.picojoules_per_sop),
        "frames_per_second": float(found.frames_per_second),
        "watts": float(found.watts),
    }


def _comparison(material):
    images = material.estimate.images
    own = {
        "design": f"firstspike, configuration {material.schedule.config.name}",
        "kind": "estimated",
        "assumptions": [],
        "energy_aj": material.estimate.total(),
        "groups_aj": material.estimate.by("group"),
    }
    rows = [own] + [
        {
            "design": design.name,
            "kind": "estimated",
            "assumptions": list(design.assumptions),
            "energy_aj": design.total(),
            "groups_aj": {group: design.total(group) for group in dict.fromkeys(item.group for item in design.items)},
        }
        for design in material.designs
    ]
    for row in rows:
        row["microjoules_per_image"] = row["energy_aj"] / (images * MICROJOULE)
    return rows


def _images(material):
    rows = outcome.rows(
        material.class_names,
        material.labels,
        material.evaluation.classes(material.network),
        material.evaluation.potentials,
    )
    logits = answers.logits(material.network, material.evaluation.potentials)
    return [row | {"logits": values} for row, values in zip(rows, logits, strict=True)]


def _spike_times(material, images):
    """Histogram of spike times per firing layer, of some images (a slice)."""
    names = [layer.name for layer in material.network.layers if layer.fires]
    silent, time_steps = material.network.code.silent, material.network.time_steps
    return {
        name: np.bincount(spikes[images][spikes[images] != silent], minlength=time_steps).tolist()
        for name, spikes in zip(names, material.evaluation.spikes)
    }


def _number(value):
    """A Fraction as JSON has it; None stays None."""
    return None if value is None else float(value)
