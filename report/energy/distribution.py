"""Cycles and energy of every run of the hardware, and how they spread over the images."""

from statistics import median
from typing import Any

from firstspike.golden.energy.estimate import run_energy, sum_by_layer
from firstspike.golden.energy.units import MICROJOULE
from firstspike.report.energy.material import Material


def runs(material: Material) -> list[dict[str, int]]:
    """One row a run; their cycles and energies add up to those of the summary."""
    network, schedule, counted = material.network, material.schedule, material.counted
    rows = []
    for index, (prediction, counts) in enumerate(zip(counted.predictions, counted.run_counts, strict=True)):
        layer_counts = sum_by_layer(network, schedule, [counts])
        layer_cycles = [layer["cycles"] for layer in sum_by_layer(network, schedule, [prediction.runs])]
        rows.append(
            {
                "first_image": index * schedule.batch,
                "images": schedule.batch,
                "cycles": prediction.cycles,
                "energy_aj": run_energy(network, schedule, layer_counts, layer_cycles, material.estimate.prices),
            }
        )
    return rows


def spread(rows: list[dict[str, int]]) -> list[dict[str, Any]]:
    """Least, median, mean and most of the runs' means per image; `rows` are of `runs`."""
    return [
        _spread("cycles per image", "cycles", [row["cycles"] / row["images"] for row in rows]),
        _spread("energy per image", "uJ", [row["energy_aj"] / (row["images"] * MICROJOULE) for row in rows]),
    ]


def _spread(what: str, unit: str, values: list[float]) -> dict[str, Any]:
    return {
        "what": what,
        "unit": unit,
        "least": min(values),
        "median": median(values),
        "mean": sum(values) / len(values),
        "most": max(values),
    }
