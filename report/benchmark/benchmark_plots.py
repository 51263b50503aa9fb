"""The plots of docs/performance.md."""

import numpy as np

from firstspike.report.benchmark.tables import SHOWN_SHARE, cause_title
from firstspike.report.style import CAUSE_COLOURS, figure, plain

HEIGHT = 3.6
"""Inches."""

CURVE_COLOURS = {1: "#d55e00", 4: "#0072b2"}
FLOOR = {"color": "#555555", "linestyle": "--", "linewidth": 1}


def all_figures(report):
    """Figures by file name."""
    growth = report["growth"]
    return {
        "layers": layers(report["runs"]),
        "lanes": _curves(growth["lanes"], "processing elements (lanes)", x_scale="log", y_scale="log"),
        "stream_width": _curves(growth["network_bits"], "width of the network stream (bits)", x_scale="log"),
        "batch": _plot({"cycles": growth["batch"]}, [CURVE_COLOURS[4]], "images in a batch", x_scale="log"),
        "spike_density": _curves(growth["spike_density"], "share of the hidden neurons that fire"),
    }


def layers(runs):
    """Stacked causes per layer, one panel per batch, with the floor as a mark."""
    made, axes = figure(HEIGHT, 1, len(runs), sharey=True, squeeze=False)
    shown = [
        name
        for name in CAUSE_COLOURS
        if any(run["layers"][-1]["causes"][name] >= SHOWN_SHARE * run["layers"][-1]["cycles"] for run in runs)
    ]
    for panel, run in zip(axes[0], runs):
        rows = run["layers"][:-1]
        places = np.arange(len(rows))
        bottom = np.zeros(len(rows))
        for name in shown:
            cycles = np.array([row["causes"][name] for row in rows])
            panel.bar(places, cycles / 1000, 0.8, bottom / 1000, color=CAUSE_COLOURS[name], label=cause_title(name))
            bottom += cycles
        panel.plot(places, [row["floor"] / 1000 for row in rows], "k_", markersize=9, label="floor")
        panel.set_title(f"batch {run['batch']}: {run['cycles_per_image']:,.0f} cycles an image")
        panel.set_xticks(places, [plain(row["layer"]) for row in rows], rotation=90)
        panel.grid(axis="x", visible=False)
    axes[0, 0].set_ylabel("thousand cycles per image")
    made.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=len(shown) + 1)
    return made


def _curves(points, label, x_scale="linear", y_scale="linear"):
    batches = sorted({point["batch"] for point in points})
    curves = {f"batch {batch}": [point for point in points if point["batch"] == batch] for batch in batches}
    return _plot(curves, [CURVE_COLOURS[batch] for batch in batches], label, x_scale, y_scale)


def _plot(curves, colours, label, x_scale="linear", y_scale="linear"):
    """Lists of points by name as curves, and the floor that they have in common."""
    made, axes = figure(HEIGHT)
    points = [point for curve in curves.values() for point in curve]
    for (name, curve), colour in zip(curves.items(), colours):
        places, thousands = _mapped(curve, "cycles_per_image")
        axes.plot(places, thousands, "o-", color=colour, label=name)
    floors = dict(zip(*_mapped(points, "floor_per_image")))
    axes.plot(list(floors), list(floors.values()), label="floor: all operations on all lanes", **FLOOR)
    axes.set_xscale(x_scale)
    axes.set_yscale(y_scale)
    if y_scale == "linear":
        axes.set_ylim(bottom=0)
    ticks = sorted({point["value"] for point in points})
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    if y_scale == "log":
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        lowest, highest = axes.get_ylim()
        axes.set_yticks([tick for tick in (100, 200, 500, 1000, 2000, 5000, 10000) if lowest <= tick <= highest])
    axes.set_xlabel(label)
    axes.set_ylabel("thousand cycles per image")
    axes.grid(visible=True)
    axes.legend()
    return made


def _mapped(points, name):
    """Values of the points that the mapper did not refuse, and thousands of a figure of theirs."""
    mapped = [point for point in points if point["cycles_per_image"] is not None]
    return [point["value"] for point in mapped], [point[name] / 1000 for point in mapped]
