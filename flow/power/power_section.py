"""The section of docs/energy.md about the power of a netlist, from the contents of docs/energy/netlist.json."""

from firstspike.flow.power.measure import BLOCKS
from firstspike.golden import markdown

HEADING = "## Power of the netlist"
END = "\n## "


def section(document):
    """Markdown text, from the heading to the last line."""
    cycles, sops = document["cycles"], document["sops"]
    array = next(one for one in document["blocks"] if one["block"] == BLOCKS["pe"])
    around = next(one for one in document["blocks"] if one["block"] == BLOCKS["cluster"])
    resting, utilisation = _sum(array, "picojoules_resting"), document["lane_utilisation"]
    active = (_sum(array, "picojoules") - resting * (1 - utilisation)) / (document["lanes"] * utilisation)
    saved = 1 - _sum(array, "picojoules") / _sum(array, "picojoules_gates_open")
    leakage_pj = array["leakage_uw"] / document["clock_mhz"]
    whole = {
        key: {part: sum(one[key][part] for one in document["blocks"]) for part in array[key]}
        for key in ("picojoules", "picojoules_gates_open", "picojoules_resting")
    }
    cells = sum(one["cells"] for one in document["blocks"])
    per_operation = {
        "PEs, whole run": f"**{_sum(array, 'picojoules') * cycles / sops:.2f}**",
        **{f"of it {part}": f"{found * cycles / sops:.2f}" for part, found in array["picojoules"].items()},
        "PEs, cycles with work only": f"{active:.2f}",
        f"PEs, leakage at {document['clock_mhz']:g} MHz": f"{leakage_pj * cycles / sops:.4f}",
        "PEs with all clock gates open": f"{_sum(array, 'picojoules_gates_open') * cycles / sops:.2f}",
        "rest of the clusters, memories left out": f"{_sum(around, 'picojoules') * cycles / sops:.2f}",
        "whole netlist, memories left out": f"{_all(document, 'picojoules') * cycles / sops:.2f}",
    }
    return markdown.page(
        HEADING,
        f"`make gates` (`firstspike power`) writes this section and `docs/energy/netlist.json`. The netlist "
        f"of `{document['configuration']}` ({document['technology']}, {document['voltage']} V) works on "
        f"{document['images']} {_plural(document['images'], 'image')} of `{document['network']}` from reset to result, "
        f"bit-exact: {cycles:,} cycles, {sops:,} synaptic operations on {document['lanes']} PEs, which have work in "
        f"{utilisation:.1%} of the cycles. The transitions of every net are counted and priced by the library's tables "
        f"(`flow/power`).",
        markdown.table(("", "pJ per synaptic operation"), per_operation.items()),
        f"A PE at rest takes {resting / document['lanes']:.2f} pJ a cycle, one at work {active:.2f}. Clock gates save "
        f"{saved:.0%} of the PEs' energy in a run that keeps them busy, and "
        f"{1 - _all(document, 'picojoules') / _all(document, 'picojoules_gates_open'):.0%} of the whole netlist's.",
        markdown.table(
            ("clock gates of the PEs", "gates", "flip-flops", "openings", "open", "shut"),
            [
                (
                    one["registers"],
                    one["gates"],
                    one["bits"],
                    f"{one['openings']:,}",
                    f"{one['open']:.1%}",
                    f"{1 - one['open']:.1%}",
                )
                for one in document["pe_clock_gates"]
            ],
        ),
        "A gate of exponent or product opens once for each operation whose weight is not zero, and in reset.",
        markdown.table(
            ("block, pJ a cycle", "cells", "clock", "registers", "logic", "all", "all gates open", "at rest"),
            [*(_row(one["block"], one["cells"], one) for one in document["blocks"]), _row("all", cells, whole)],
        ),
        "*Clock*: clock gates and clock pins; *registers*: data pins and outputs of flip-flops; *logic*: all else.\n"
        "*All gates open*: the same data with every clock running in every cycle, without the multiplexers that\n"
        "registers would then need. *At rest*: only the clock runs, all gates are shut. The simulation has no delays,\n"
        "so no glitches; there is no layout, so no wires, no clock tree with its slopes. Memories are not in it.",
    )


def replace(page, text):
    """`page` with its section of this heading replaced by `text`.

    Raises
    ------
    ValueError
        There is no such section.
    """
    if HEADING not in page:
        raise ValueError(f"no section {HEADING!r}")
    before, _, rest = page.partition(HEADING)
    return before + text + (END + rest.partition(END)[2] if END in rest else "")


def _row(name, cells, one):
    sums = (_sum(one, key) for key in ("picojoules", "picojoules_gates_open", "picojoules_resting"))
    return name.replace("_", " "), f"{cells:,}", *(f"{value:.2f}" for value in (*one["picojoules"].values(), *sums))


def _sum(one, key):
    return sum(one[key].values())


def _all(document, key):
    return sum(_sum(one, key) for one in document["blocks"])


def _plural(count, noun):
    return noun if count == 1 else noun + "s"
