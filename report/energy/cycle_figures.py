"""Figures of time: what the array does when, and whether events or the weight stream bound a layer."""

import numpy as np

from firstspike.golden.counting import counters
from firstspike.report import style

ROOF_LABELS = (("center", 0, 9), ("center", 0, -9), ("center", 0, 18), ("center", 0, -18))
SLOPE_LABELS = (("right", -6, 3), ("left", 6, -12), ("right", -6, 12), ("left", 6, -3))
"""Alignment and distance in points of a layer's name from its dot, in turn, so that neighbours stand apart."""


def utilisation(document):
    """Share of the clusters' cycles by cause, over the run of the first batch; columns are as wide as layers take."""
    runs = document["cycles"][0]
    numbers = _numbers(document)
    made, axes = style.figure(3.4)
    widths = np.array([run["cycles"] for run in runs])
    left = np.concatenate([[0], np.cumsum(widths)[:-1]])
    totals = np.array([sum(run[cause.name] for cause in counters.CYCLE_CAUSES) for run in runs])
    bottom = np.zeros(len(runs))
    for cause in counters.CYCLE_CAUSES:
        shares = 100 * np.array([run[cause.name] for run in runs]) / np.maximum(1, totals)
        if shares.any():
            axes.bar(
                left,
                shares,
                width=widths,
                bottom=bottom,
                align="edge",
                color=style.CAUSE_COLOURS[cause.name],
                label=cause.description,
                edgecolor="white",
                linewidth=0.4,
            )
            bottom += shares
    for run, start, width in zip(runs, left, widths):
        if width > 0.03 * widths.sum():
            axes.annotate(
                numbers[run["layer"]], (start + width / 2, 101), ha="center", fontsize=7, annotation_clip=False
            )
    axes.set_xlim(0, widths.sum())
    axes.set_ylim(0, 100)
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.set_xlabel("clock cycle (above: number of the layer)")
    axes.set_ylabel("% of the clusters' cycles")
    made.legend(loc="outside lower center", ncols=2, fontsize=7)
    return made


def roofline(document, stream_bits):
    """Synaptic operations a cycle over synaptic operations per bit of the network stream.

    Parameters
    ----------
    document : dict
    stream_bits : list of int
        Per layer the bits of the network stream, all images.
    """
    config = document["summary"]["configuration"]
    lanes, width = config["lanes"], config["network_bits"]
    numbers = _numbers(document)
    made, axes = style.figure(4.2)
    rows = [row for row in document["layers"] if row["sops"]]
    bits = {row["layer"]: stream for row, stream in zip(document["layers"], stream_bits)}
    x = np.array([row["sops"] / bits[row["layer"]] for row in rows])
    y = np.array([row["sops"] / row["cycles"] for row in rows])
    span = np.geomspace(min(x.min(), lanes / width) / 3, max(x.max(), lanes / width) * 3, 200)
    axes.plot(
        span,
        np.minimum(lanes, span * width),
        color="#555555",
        linewidth=1.5,
        label=f"{width} bits of the stream and {lanes} synaptic operations a cycle",
    )
    bound_by_stream = x * width < lanes
    for bound, colour, label in (
        (True, "#d55e00", "bound by the weight stream"),
        (False, "#009e73", "bound by events"),
    ):
        chosen = bound_by_stream == bound
        axes.scatter(x[chosen], y[chosen], color=colour, s=26, zorder=3, label=label)
    for index, place in enumerate(np.argsort(x)):
        labels = SLOPE_LABELS if bound_by_stream[place] else ROOF_LABELS
        side, *offset = labels[index % len(labels)]
        axes.annotate(
            numbers[rows[place]["layer"]],
            (x[place], y[place]),
            xytext=offset,
            ha=side,
            va="center",
            fontsize=7,
            textcoords="offset points",
        )
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_ylim(top=2 * lanes)
    axes.set_xlabel("synaptic operations per bit of the network stream")
    axes.set_ylabel("synaptic operations a cycle")
    axes.grid(True, which="major", axis="both")
    axes.legend(loc="lower right", fontsize=8)
    return made


def _numbers(document):
    """Name of a layer -> its place in the table of counts, 1 first, as text."""
    return {row["layer"]: str(number) for number, row in enumerate(document["layers"], 1)}
