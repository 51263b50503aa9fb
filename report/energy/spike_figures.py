"""Figures of spikes: the image and its potentials, spike times, raster, density."""

import math

import numpy as np

from firstspike.golden import formats
from firstspike.report import style

HISTOGRAM_COLUMNS = 5
HALF_DASH, DASH_POINTS = 0.4, 0.5
"""A spike is a dash as long as most of a tick; a dot could not be seen among 65,000 neurons."""
RASTER_LAYERS = 4
"""The first layers, whose spikes still show the image."""


def image_and_potentials(material):
    """The chosen image as the network sees it, and its output potentials as logits."""
    network, shown = material.network, material.shown
    made, (picture, bars) = style.figure(2.9, 1, 2, width_ratios=(1, 2))
    pixels = material.images[shown].transpose(1, 2, 0)
    picture.imshow(pixels if pixels.shape[2] == 3 else pixels[..., 0], cmap="gray", interpolation="nearest")
    picture.set_axis_off()
    potentials = material.evaluation.potentials[shown : shown + 1]
    offsets = network.layers[-1].offsets
    logits = [
        potential * 2.0 ** (offset / formats.TICKS_PER_OCTAVE - network.fraction_bits)
        for potential, offset in zip(potentials[0], offsets)
    ]
    winner = int(material.evaluation.classes(network)[shown])
    bars.barh(
        list(map(style.plain, material.class_names)),
        logits,
        color=["#d55e00" if index == winner else "#9bb8cc" for index in range(len(logits))],
    )
    bars.axvline(0, color="#555555", linewidth=0.8)
    bars.invert_yaxis()
    bars.set_xlabel("membrane potential of the output layer, times 2^(j/4)")
    label = "" if material.labels is None else f", labelled {material.class_names[material.labels[shown]]}"
    picture.set_title(style.plain(f"image {shown}{label}"), loc="left")
    bars.set_title(style.plain(f"class: {material.class_names[winner]}"), loc="left")
    return made


def spike_times(document):
    """Spike-time histogram of each firing layer, as a share of the layer's spikes."""
    histograms = document["spike_times"]
    rows = math.ceil(len(histograms) / HISTOGRAM_COLUMNS)
    made, axes = style.figure(0.5 + 1.35 * rows, rows, HISTOGRAM_COLUMNS, sharex=True, sharey=True, squeeze=False)
    for place, (name, counts) in zip(axes.flat, histograms.items()):
        spikes = sum(counts)
        place.bar(range(len(counts)), [100 * count / max(1, spikes) for count in counts], color="#0072b2", width=0.9)
        mean = spikes / document["summary"]["images"]
        place.set_title(f"{style.plain(name)}\n{mean:,.0f} spikes per image", fontsize=8, loc="left")
    for place in list(axes.flat)[len(histograms) :]:
        place.set_axis_off()
    made.supxlabel("spike time, ticks", fontsize=9)
    made.supylabel("% of the layer's spikes", fontsize=9)
    return made


def raster(material):
    """Every spike of the first layers for the chosen image: neuron over time."""
    found = [
        (layer, spikes[material.shown])
        for layer, spikes in zip(
            [layer for layer in material.network.layers if layer.fires], material.evaluation.spikes
        )
    ][:RASTER_LAYERS]
    made, axes = style.figure(3.4, 1, len(found), squeeze=False)
    for place, (layer, spikes) in zip(axes[0], found):
        times = spikes.reshape(-1)
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
        place.set_title(
            f"{style.plain(layer.name)}\n{len(neurons):,} of {len(times):,} neurons", fontsize=8, loc="left"
        )
        place.set_xlabel("spike time, ticks")
        place.ticklabel_format(axis="y", style="plain")
        place.tick_params(axis="y", labelsize=7)
    axes[0][0].set_ylabel("neuron (channel, row, column)")
    return made


def density(document):
    """Share of neurons that fire, per layer."""
    rows = [row for row in document["layers"] if row["density"] is not None]
    made, axes = style.figure(0.7 + 0.2 * len(rows))
    names, shares = [style.plain(row["layer"]) for row in rows], [100 * row["density"] for row in rows]
    axes.barh(names, shares, color="#0072b2", height=0.7)
    for position, share in enumerate(shares):
        axes.annotate(
            f"{share:.1f} %", (share, position), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8
        )
    axes.set_xlim(0, 1.1 * max(shares))
    axes.invert_yaxis()
    axes.set_xlabel("% of neurons that fire (after pooling)")
    axes.grid(True)
    axes.set_axisbelow(True)
    return made
