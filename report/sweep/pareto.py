"""Which configurations no other one beats, and a picture of them."""

from fractions import Fraction

import numpy as np
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

from firstspike.report import style

MARKERS = "os^Dv*"
TICKS = (1, 2, 3, 5)
"""Of every decade."""


def front(rows, dram):
    """Rows that no other row beats: none is better in energy, speed or memory without being worse in another of them.

    Parameters
    ----------
    rows : list of dict
        Results of `evaluate.evaluate`, those that fit.
    dram : str

    Returns
    -------
    list of dict
        In order of rising energy.
    """
    costs = {
        row["key"]: (
            Fraction(row["energy"][dram]["energy_aj"], row["images"]),
            -row["frames_per_second"],
            row["kilobytes"],
        )
        for row in rows
    }

    def beaten(row):
        own = costs[row["key"]]
        return any(other != own and all(theirs <= ours for theirs, ours in zip(other, own)) for other in costs.values())

    return sorted((row for row in rows if not beaten(row)), key=lambda row: costs[row["key"]])


def plot(rows, dram_names, title):
    """SVG (bytes): energy per image over images a second, one panel a DRAM choice.

    Colour is the number of lanes, the marker the batch; a black edge marks the Pareto front.
    """
    lanes = sorted({row["config"]["lanes"] for row in rows})
    batches = sorted({row["point"]["batch"] for row in rows})
    colours = dict(zip(lanes, style.SEQUENCE(np.linspace(0.05, 0.9, len(lanes)))))
    made, axes = style.figure(4.4, 1, len(dram_names), squeeze=False)
    for place, dram in zip(axes[0], dram_names):
        best = {row["key"] for row in front(rows, dram)}
        for index, batch in enumerate(batches):
            chosen = [row for row in rows if row["point"]["batch"] == batch]
            place.scatter(
                [row["frames_per_second"] for row in chosen],
                [row["energy"][dram]["microjoules_per_image"] for row in chosen],
                s=28,
                linewidths=1.1,
                marker=MARKERS[index % len(MARKERS)],
                c=[colours[row["config"]["lanes"]] for row in chosen],
                edgecolors=["black" if row["key"] in best else "none" for row in chosen],
            )
        place.set_xscale("log")
        place.set_yscale("log")
        for axis in (place.xaxis, place.yaxis):
            axis.set_major_locator(LogLocator(subs=TICKS))
            axis.set_major_formatter(StrMethodFormatter("{x:,g}"))
            axis.set_minor_formatter(NullFormatter())
        place.set_xlabel("images a second")
        place.set_ylabel("uJ per image")
        place.set_title(dram, loc="left")
        place.grid(True, which="both", axis="both", linewidth=0.4)
        place.set_axisbelow(True)
    corner = axes[0][0]
    handles = [corner.scatter([], [], color=colours[count], label=f"{count} lanes") for count in lanes]
    handles += [
        corner.scatter([], [], color="#777777", marker=MARKERS[index % len(MARKERS)], label=f"batch {batch}")
        for index, batch in enumerate(batches)
    ]
    handles.append(corner.scatter([], [], color="none", edgecolors="black", label="Pareto front"))
    made.suptitle(title, fontsize=10)
    made.legend(handles=handles, loc="outside lower center", ncols=8, fontsize=8)
    return style.svg(made)
