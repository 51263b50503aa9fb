"""Figures of spikes: spike times, raster, density."""

import math

import numpy as np

from firstspike.report import style
from firstspike.report.energy.layer_kinds import label

HISTOGRAM_COLUMNS = 5
HALF_DASH, DASH_POINTS = 0.4, 0.5
"""A spike is a dash as long as most of a tick; a dot could not be seen among 65,000 neurons."""
RASTER_COLUMNS = 4
TITLE_CHARACTERS = 36


def spike_times(document):
    """Spike-time histogram of each firing layer, as a share of the layer's spikes."""
    histograms, rows = document["spike_times"], _firing(document)
    lines = math.ceil(len(rows) / HISTOGRAM_COLUMNS)
    made, axes = style.figure(0.5 + 1.5 * lines, lines, HISTOGRAM_COLUMNS, sharex=True, sharey=True, squeeze=False)
    for place, row in zip(axes.flat, rows):
        counts = histograms[row["layer"]]
        spikes = sum(counts)
        place.bar(range(len(counts)), [100 * count / max(1, spikes) for count in counts], color="#0072b2", width=0.9)
        mean = spikes / document["summary"]["images"]
        place.set_title(f"{_title(row)}\n{mean:,.0f} spikes per image", fontsize=7, loc="left")
    _hide_rest(axes, rows)
    made.supxlabel("spike time, time steps", fontsize=9)
    made.supylabel("% of the layer's spikes", fontsize=9)
    return made


def raster(document, material):
    """Every spike of the image shown, layer by layer: neuron over time."""
    rows = _firing(document)
    lines = math.ceil(len(rows) / RASTER_COLUMNS)
    made, axes = style.figure(0.4 + 2.6 * lines, lines, RASTER_COLUMNS, squeeze=False)
    for place, row, spikes in zip(axes.flat, rows, material.evaluation.spikes):
        times = spikes[material.shown].reshape(-1)
        neurons = np.flatnonzero(times != material.network.code.silent)
        place.hlines(
            neurons,
            times[neurons] - HALF_DASH,
            times[neurons] + HALF_DASH,
            color="#0072b2",
            linewidth=DASH_POINTS,
            rasterized=True,
        )
        place.set_xlim(-0.7, material.network.time_steps - 0.3)
        place.set_ylim(len(times), 0)
        fired = sum(document["shown"]["spike_times"][row["layer"]])
        place.set_title(f"{_title(row)}\n{fired:,} of {len(times):,} neurons", fontsize=8, loc="left")
        place.ticklabel_format(axis="y", style="plain")
        place.tick_params(axis="y", labelsize=7)
    _hide_rest(axes, rows)
    made.supxlabel("spike time, time steps", fontsize=9)
    made.supylabel("neuron (channel, row, column)", fontsize=9)
    return made


def density(document):
    """Share of neurons that fire, per layer."""
    rows = _firing(document)
    made, axes = style.figure(0.7 + 0.2 * len(rows))
    names, shares = [style.short(label(row)) for row in rows], [100 * row["density"] for row in rows]
    axes.barh(range(len(names)), shares, color="#0072b2", height=0.7)
    for position, share in enumerate(shares):
        axes.annotate(
            f"{share:.1f} %", (share, position), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8
        )
    style.from_zero(axes, 1.1 * max(shares))
    style.rows(axes, names)
    axes.set_xlabel("% of neurons that fire (after pooling)")
    axes.grid(True)
    axes.set_axisbelow(True)
    return made


def _firing(document):
    return [row for row in document["layers"] if row["density"] is not None]


def _title(row):
    """Of a small figure, beside which another one stands."""
    return style.short(label(row), TITLE_CHARACTERS)


def _hide_rest(axes, used):
    for place in list(axes.flat)[len(used) :]:
        place.set_axis_off()
