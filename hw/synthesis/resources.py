"""The page of resource figures, from the reports of synthesis runs."""

from hw.synthesis.report import FIELDS

TOTALS = ("cells", "kge", "area_um2", "luts", "flip_flops", "block_rams", "memory_bits", "fmax_mhz", "memory_access_ns")


def page(documents):
    """Markdown text: totals of every run, figures of every block, and what lanes cost.

    Parameters
    ----------
    documents : list of dict
        Reports of `run.run`, all of one target.
    """
    return "\n".join([
        "# Resources", "",
        "Written by `make resources`; do not edit. Each run is one configuration and one technology, before layout if it is a chip.",
        "", *_totals(documents), "", "## Blocks", "",
        "One instance of each module, everything below it included; times its instances in the design.", "",
        *_blocks(documents), "", "## What the figures mean", "",
        *(f"* {name.replace('_', ' ')}: {FIELDS[name]}" for name in TOTALS if any(name in entry for entry in documents)),
        ""])


def _totals(documents):
    names = [name for name in TOTALS if any(entry.get(name) is not None for entry in documents)]
    yield f"| configuration | technology | lanes | {' | '.join(name.replace('_', ' ') for name in names)} | longest path |"
    yield "|---|---|--:|" + "--:|" * len(names) + "---|"
    for entry in documents:
        path = entry.get("longest_path")
        ends = f"`{path['from']}` to `{path['to']}`" if path else ""
        figures = (f"{entry[name]:,}" if entry.get(name) is not None else "" for name in names)
        yield (f"| {entry['configuration']['name']} | {entry['technology']} | {entry['configuration']['lanes']} | "
               f"{' | '.join(figures)} | {ends} |")


def _blocks(documents):
    figure = "kge" if "kge" in documents[0] else "luts"
    yield "| module | " + " | ".join(f"{entry['configuration']['name']}, {figure}" for entry in documents) + " |"
    yield "|---|" + "--:|" * len(documents)
    modules = dict.fromkeys(block["module"] for entry in documents for block in entry["blocks"])
    found = [{block["module"]: block for block in entry["blocks"]} for entry in documents]
    for module in sorted(modules, key=lambda module: -max(blocks[module][figure] for blocks in found if module in blocks)):
        cells = (f"{blocks[module][figure]:,} x {blocks[module]['instances']}" if module in blocks else ""
                 for blocks in found)
        yield f"| `{module}` | {' | '.join(cells)} |"
