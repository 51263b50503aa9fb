"""Figures of energy: by layer and component, by batch and DRAM, beside other designs."""

import textwrap

from firstspike.golden.energy.operations import DRAM, GROUPS
from firstspike.golden.energy.units import MICROJOULE
from firstspike.report import style

LABEL_CHARACTERS = 34


def by_layer(document):
    """Energy of every layer, stacked by component: with DRAM, and on the chip alone."""
    images = document["summary"]["images"]
    components = list(document["summary"]["components_aj"])
    layers = [style.plain(row["layer"]) for row in document["layers"]]
    made, (whole, chip) = style.figure(0.8 + 0.24 * len(layers), 1, 2, sharey=True)
    for axes, shown, title in (
        (whole, components, "with DRAM"),
        (chip, [name for name in components if name != DRAM], "on the chip"),
    ):
        left = [0.0] * len(layers)
        for component in shown:
            widths = [
                row[f"energy_{component.replace(' ', '_')}_aj"] / (images * MICROJOULE) for row in document["layers"]
            ]
            axes.barh(layers, widths, left=left, color=style.COLOURS[component], label=component, height=0.75)
            left = [start + width for start, width in zip(left, widths)]
        axes.set_title(title, loc="left")
        axes.set_xlabel("uJ per image")
        axes.grid(True)
        axes.set_axisbelow(True)
    whole.invert_yaxis()
    handles, labels = whole.get_legend_handles_labels()
    made.legend(handles, labels, loc="outside lower center", ncols=6, fontsize=8)
    return made


def by_variant(document, published):
    """Energy by batch and DRAM choice, stacked by group; the published value is a line."""
    names = [f"batch {row['batch']}, {row['dram']}" for row in document["variants"]]
    made, axes = style.figure(1.1 + 0.32 * len(names))
    _stack(axes, names, [_groups(row, row["images"]) for row in document["variants"]])
    if published is not None:
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
    made.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=len(GROUPS), fontsize=8)
    return made


def by_design(document):
    """The estimated designs, stacked by group."""
    rows = document["comparison"]
    made, axes = style.figure(1.1 + 0.42 * len(rows))
    images = document["summary"]["images"]
    _stack(
        axes, [textwrap.fill(row["design"], LABEL_CHARACTERS) for row in rows], [_groups(row, images) for row in rows]
    )
    made.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=len(GROUPS), fontsize=8)
    return made


def _groups(row, images):
    return {group: row["groups_aj"].get(group, 0) / (images * MICROJOULE) for group in GROUPS}


def _stack(axes, names, rows):
    left = [0.0] * len(names)
    for group in GROUPS:
        widths = [row[group] for row in rows]
        axes.barh(names, widths, left=left, color=style.COLOURS[group], label=group, height=0.7)
        left = [start + width for start, width in zip(left, widths)]
    for position, total in enumerate(left):
        axes.annotate(
            style.digits(total), (total, position), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8
        )
    axes.set_xlim(0, 1.25 * max(left))
    axes.invert_yaxis()
    axes.set_xlabel("uJ per image")
    axes.grid(True)
    axes.set_axisbelow(True)
