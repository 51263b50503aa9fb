"""Accuracy against the rate and the position of flipped bits."""

import numpy as np

from firstspike.golden.files import write_atomically
from firstspike.report.style import figure, svg

HEIGHT = 3.6
"""Inches."""
COLOURS = {
    "weights": "#d55e00",
    "spikes": "#009e73",
    "partial_sums": "#0072b2",
    "potentials": "#56b4e9",
    "network_stream": "#cc79a7",
    "image_stream": "#8c6d31",
}
CLEAN = {"color": "#555555", "linestyle": "--", "linewidth": 1}


def save(results, directory):
    """Writes `faults_NAME.svg` for every figure into `directory`; their names."""
    names = []
    for name, made in figures(results).items():
        write_atomically(directory / f"faults_{name}.svg", svg(made))
        names.append(name)
    return names


def figures(results):
    """Figures by name: of every model one for the rates and one for the bit positions."""
    made = {}
    for model, found in results["models"].items():
        made[f"{model}_rates"] = _rates(found)
        made[f"{model}_bits"] = _bits(found)
    return made


def _rates(found):
    made, axes = figure(HEIGHT)
    for memory, points in found["rates"].items():
        _curve(axes, [point["rate"] for point in points], points, found["images"], memory)
    axes.axhline(100 * found["clean"] / found["images"], label="no faults", **CLEAN)
    axes.set_xscale("log")
    axes.set_xlabel("probability that a bit is flipped")
    axes.set_ylabel("accuracy (%)")
    axes.legend()
    return made


def _bits(found):
    made, panels = figure(HEIGHT, 1, len(found["bits"]), sharey=True, squeeze=False)
    for axes, (memory, points) in zip(panels[0], found["bits"].items()):
        _curve(axes, [point["bit"] for point in points], points, found["images"], memory)
        axes.axhline(100 * found["clean"] / found["images"], **CLEAN)
        axes.set_xlabel(f"bit of {memory.replace('_', ' ')}")
    panels[0, 0].set_ylabel("accuracy (%)")
    return made


def _curve(axes, places, points, images, memory):
    correct = np.array([point["correct"] for point in points])
    seeds = correct.shape[1]
    # Differences of integers: the rounded mean of equal numbers can lie beside them, and a bar must not be negative.
    total = correct.sum(axis=1)
    below, above = total - seeds * correct.min(axis=1), seeds * correct.max(axis=1) - total
    percent = 100 / (seeds * images)
    axes.errorbar(
        places,
        percent * total,
        yerr=[percent * below, percent * above],
        fmt="o-",
        capsize=2,
        markersize=3,
        linewidth=1,
        color=COLOURS[memory],
        label=memory.replace("_", " "),
    )
