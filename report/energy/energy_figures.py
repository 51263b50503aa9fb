"""Figures of energy: by layer and component, by batch and DRAM, beside other designs."""

import textwrap

from matplotlib.ticker import MaxNLocator

from firstspike.golden.energy.operations import DRAM, GROUPS
from firstspike.golden.energy.units import MICROJOULE
from firstspike.report import style
from firstspike.report.energy.layer_kinds import label

LABEL_CHARACTERS = 34
LEAST_BINS, MOST_BINS = 10, 40


def by_layer(document):
    """Energy of every layer, stacked by component: with DRAM, and on the chip alone."""
    scale = document["summary"]["images"] * MICROJOULE
    widths = {
        component: [row[f"energy_{component.replace(' ', '_')}_aj"] / scale for row in document["layers"]]
        for component in document["summary"]["components_aj"]
    }
    layers = [style.short(label(row)) for row in document["layers"]]
    made, (whole, chip) = style.figure(1.1 + 0.24 * len(layers), 1, 2, sharey=True)
    _stack(whole, layers, widths)
    _stack(chip, layers, {component: found for component, found in widths.items() if component != DRAM})
    whole.set_title("with DRAM", loc="left")
    chip.set_title("on the chip", loc="left")
    _legend(made, whole, 6)
    return made


def by_variant(document, published):
    """Energy by batch and DRAM choice, stacked by group; the published value is a line."""
    names = [f"batch {row['batch']}, {row['dram']}" for row in document["variants"]]
    made, axes = _by_group(0.32, names, [(row, row["images"]) for row in document["variants"]])
    if published is not None:
        # An annotation outside of the axes would need room that the layout does not have.
        axes.set_xlim(right=max(axes.get_xlim()[1], 1.1 * published))
        axes.axvline(published, color="black", linewidth=1, linestyle="--")
        axes.annotate(
            f"{published:g} uJ, DAC 2022, published",
            (published, 1),
            xytext=(0, 3),
            fontsize=8,
            ha="center",
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            annotation_clip=False,
        )
    return made


def by_design(document):
    """The estimated designs, stacked by group."""
    rows, images = document["comparison"], document["summary"]["images"]
    names = [textwrap.fill(row["design"], LABEL_CHARACTERS) for row in rows]
    return _by_group(0.42, names, [(row, images) for row in rows])[0]


def spread(document):
    """Histograms of cycles and of energy; every image counts with the mean of its run."""
    runs = document["runs"]
    cycles = [row["cycles"] / row["images"] for row in runs]
    energies = [row["energy_aj"] / (row["images"] * MICROJOULE) for row in runs]
    made, axes = style.figure(2.6, 1, 2, sharey=True)
    for place, values, title in zip(axes, (cycles, energies), ("clock cycles per image", "uJ per image")):
        bins = min(MOST_BINS, max(LEAST_BINS, round(len(values) ** 0.5)))
        place.hist(values, bins=bins, weights=[row["images"] for row in runs], color="#0072b2", edgecolor="white")
        place.axvline(sum(values) / len(values), color="#d55e00", linewidth=1.2, label="mean")
        place.set_xlabel(title)
        place.ticklabel_format(axis="x", style="plain", useOffset=False)
        place.xaxis.set_major_locator(MaxNLocator(5))
    axes[0].set_ylabel("images")
    axes[0].yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes[1].legend(fontsize=8)
    return made


def _by_group(height, names, rows):
    """(figure, axes) of bars of this height in inches, for rows of the document with their numbers of images."""
    made, axes = style.figure(1.1 + height * len(names))
    widths = {
        group: [row["groups_aj"].get(group, 0) / (images * MICROJOULE) for row, images in rows] for group in GROUPS
    }
    totals = _stack(axes, names, widths)
    for position, total in enumerate(totals):
        axes.annotate(
            style.digits(total), (total, position), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8
        )
    style.from_zero(axes, 1.25 * max(totals))
    _legend(made, axes, len(GROUPS))
    return made, axes


def _stack(axes, names, widths):
    """Bars of uJ per image, stacked by the keys of `widths`; where they end."""
    left = [0.0] * len(names)
    for part, found in widths.items():
        axes.barh(range(len(names)), found, left=left, color=style.COLOURS[part], label=part, height=0.72)
        left = [start + width for start, width in zip(left, found)]
    style.rows(axes, names)
    axes.set_xlabel("uJ per image")
    axes.grid(True)
    axes.set_axisbelow(True)
    return left


def _legend(made, axes, columns):
    made.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=columns, fontsize=8)
