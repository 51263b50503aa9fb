"""Measures the coverage of the RTL and writes docs/verification/coverage.json."""

import json
from collections import Counter

from rich.progress import track
from rich.table import Table

from firstspike.golden.files import write_atomically
from firstspike.verify.coverage import bins, simulations, waivers
from firstspike.verify.coverage import coverage_streams as streams
from firstspike.verify.coverage.points import COVER, LINE, TOGGLED

GOALS = {LINE: 1.0, TOGGLED: 0.95, "bins": 1.0}
MOST_MISSED = 200
"""Missed points that the result names."""


def run(console, output):
    """Everything `firstspike verify coverage` does.

    Returns
    -------
    bool
        Whether the goals are reached.
    """
    with console.status("instrumented simulator (minutes the first time)"):
        compiled = simulations.simulator()
    met, found, cycles = simulations.collect(
        compiled, lambda groups: track(groups, description="simulations", console=console, transient=True)
    )
    summary = summarise(met, found, waivers.load())
    summary["cycles"] = cycles
    output.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(output, (json.dumps(summary, indent=2) + "\n").encode())
    console.print(_table(summary))
    for text in summary["missed"]:
        console.print(f"missed: {text}", soft_wrap=True, markup=False)
    for text in summary["unused_waivers"]:
        console.print(f"[red]waives nothing[/]: {text}", soft_wrap=True)
    return not summary["unused_waivers"] and all(summary[kind]["share"] >= goal for kind, goal in GOALS.items())


def summarise(met, found, waived_by):
    """The contents of docs/verification/coverage.json.

    Parameters
    ----------
    met : Counter of points.Point
    found : Counter of (group, bin)
        Functional bins from the streams.
    waived_by : list of waivers.Waiver
    """
    rtl = {
        point: count
        for point, count in met.items()
        if point.module.startswith("firstspike") and point.kind in (LINE, TOGGLED)
    }
    missed = sorted(point for point, count in rtl.items() if not count)
    waived = waivers.apply(waived_by, missed)
    uses = Counter(waived.values())
    functional = _bins(met, found)
    unmet = [
        f"bin {name} of {group}" for group, names in functional.items() for name, count in names.items() if not count
    ]
    bin_count = sum(map(len, functional.values()))
    return {
        "configuration": simulations.CONFIGURATION.model_dump(),
        "networks": simulations.NETWORKS,
        "image_arrivals": len(streams.image_arrivals(simulations.CONFIGURATION)),
        "wrong_streams": sum(count for (group, _), count in found.items() if group == "outcome of a run")
        - found["outcome of a run", "DONE"],
        LINE: _share(LINE, rtl, waived),
        TOGGLED: _share(TOGGLED, rtl, waived),
        "bins": {"total": bin_count, "met": bin_count - len(unmet), "waived": 0, "share": 1 - len(unmet) / bin_count},
        "modules": {
            module: {
                kind: _share(kind, {point: count for point, count in rtl.items() if point.module == module}, waived)
                for kind in (LINE, TOGGLED)
            }
            for module in sorted({point.module for point in rtl})
        },
        "functional": functional,
        "waivers": [{**waiver.model_dump(exclude_defaults=True), "points": uses[waiver]} for waiver in waived_by],
        "unused_waivers": [
            f"{waiver.module} {waiver.what}: {waiver.reason}" for waiver in waived_by if not uses[waiver]
        ],
        "missed": (unmet + [_text(point) for point in missed if point not in waived])[:MOST_MISSED],
    }


def _share(kind, counts, waived):
    of_kind = {point: count for point, count in counts.items() if point.kind == kind}
    met = sum(count > 0 for count in of_kind.values())
    skipped = sum(point in waived for point in of_kind)
    needed = len(of_kind) - skipped
    return {"total": len(of_kind), "met": met, "waived": skipped, "share": round(met / needed, 5) if needed else 1.0}


def _bins(met, found):
    """{group: {bin: count}} of the streams, and of the cover statements in the Verilog."""
    functional = {
        group: {name: found[group, name] for name in names}
        for group, names in bins.expected(simulations.CONFIGURATION).items()
    }
    for point, count in sorted(met.items()):
        if point.kind == COVER:
            *path, name = point.what.split(".")
            group = functional.setdefault(f"registers of {'.'.join(path[2:])}", {})
            group[name] = group.get(name, 0) + count
    return functional


def _text(point):
    return f"{point.kind} {point.module}:{point.line} {point.what}" + (
        f"[{point.bit}] {point.edge}" if point.kind == TOGGLED else ""
    )


def _table(summary):
    table = Table(title=f"coverage of the RTL ({summary['configuration']['name']}, {summary['cycles']:,} cycles)")
    for name in ("", "met", "waived", "of", "after waivers", "goal"):
        table.add_column(name, justify="left" if name == "" else "right")
    for kind, title in ((LINE, "lines and branches"), (TOGGLED, "toggles"), ("bins", "functional bins")):
        figures = summary[kind]
        table.add_row(
            title,
            f"{figures['met']:,}",
            f"{figures['waived']:,}",
            f"{figures['total']:,}",
            f"{figures['share']:.2%}",
            f"{GOALS[kind]:.0%}",
        )
    return table
