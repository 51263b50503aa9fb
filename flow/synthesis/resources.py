"""The page of resource figures, from the reports of synthesis runs."""

from firstspike.flow.synthesis.liberty import by_folder
from firstspike.flow.synthesis.synthesis_report import FIELDS
from firstspike.golden import markdown

TOTALS = ("cells", "kge", "area_um2", "luts", "flip_flops", "block_rams", "memory_bits", "fmax_mhz", "memory_access_ns")


RUNS = (
    ("tiny", "asic"),
    ("small", "asic"),
    ("paper", "asic"),
    ("small", "ecp5"),
    ("tiny", "xilinx"),
    ("small", "xilinx"),
    ("paper", "xilinx"),
)
"""Presets and targets on the page: those that the tools finish within minutes."""

HEADINGS = {"asic": "Standard cells", "ecp5": "Lattice ECP5, placed and routed", "xilinx": "Xilinx 7 series"}


def page(documents):
    """Markdown text: for every target totals of its runs, figures of every block, and what lanes cost.

    Parameters
    ----------
    documents : list of dict
        Reports of `run.run`.
    """
    groups = {}
    for document in sorted(documents, key=lambda document: list(HEADINGS).index(document["target"])):
        groups.setdefault(_heading(document), []).append(document)
    return markdown.page(
        "# Resources",
        "Written by `make resources`; do not edit. Each run is one configuration and one technology, before layout if it "
        "is a chip.",
        *(block for heading, group in groups.items() for block in _section(heading, group)),
        "## What the figures mean",
        "\n".join(
            f"* {name.replace('_', ' ')}: {FIELDS[name]}"
            for name in TOTALS
            if any(name in entry for entry in documents)
        ),
    )


def runs(liberty):
    """(preset, target, Liberty files, directory of the run) for the page.

    Parameters
    ----------
    liberty : sequence of Path
        Files of one or more cell libraries, each in a folder of its own; by default Debian's.
    """
    for name, target in RUNS:
        for library in by_folder(liberty) if target == "asic" else [()]:
            yield name, target, library, "-".join([name, target, *(path.parent.name for path in library[:1])])


def _heading(document):
    heading = HEADINGS[document["target"]]
    return f"{heading}, {document['technology']}" if document["target"] == "asic" else heading


def _section(heading, documents):
    yield from (f"## {heading}", _totals(documents))
    if all(document.get("blocks") for document in documents):
        yield _growth(documents)
        yield "One instance of each module, everything below it included; times its instances in the design."
        yield _blocks(documents)
    else:
        yield "Optimised across modules, so there are no figures for each."


def _growth(documents):
    figure = _figure(documents)
    fewest, most = (choose(documents, key=lambda document: document["configuration"]["lanes"]) for choose in (min, max))
    lanes = most["configuration"]["lanes"] - fewest["configuration"]["lanes"]
    return lanes and (
        f"From {fewest['configuration']['name']} to {most['configuration']['name']} every lane adds "
        f"{(most[figure] - fewest[figure]) / lanes:,.2f} {figure}, its share of everything that grows with "
        "the lanes included."
    )


def _figure(documents):
    return "kge" if "kge" in documents[0] else "luts"


def _totals(documents):
    names = [name for name in TOTALS if any(entry.get(name) is not None for entry in documents)]
    rows = []
    for entry in documents:
        path = entry.get("longest_path")
        figures = (f"{entry[name]:,}" if entry.get(name) is not None else "" for name in names)
        ends = f"`{path['from']}` to `{path['to']}`" if path else ""
        rows.append(
            (entry["configuration"]["name"], entry["technology"], entry["configuration"]["lanes"], *figures, ends)
        )
    header = ("configuration", "technology", "lanes", *(name.replace("_", " ") for name in names), "longest path")
    return markdown.table(header, rows, "llr" + "r" * len(names) + "l")


def _blocks(documents):
    figure = _figure(documents)
    found = [{block["module"]: block for block in entry["blocks"]} for entry in documents]
    modules = dict.fromkeys(module for blocks in found for module in blocks)
    largest = {module: max(blocks[module][figure] for blocks in found if module in blocks) for module in modules}
    return markdown.table(
        ("module", *(f"{entry['configuration']['name']}, {figure}" for entry in documents)),
        [
            (
                f"`{module}`",
                *(
                    f"{blocks[module][figure]:,} x {blocks[module]['instances']}" if module in blocks else ""
                    for blocks in found
                ),
            )
            for module in sorted(modules, key=lambda module: -largest[module])
        ],
    )
