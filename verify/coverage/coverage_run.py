"""Measures the coverage of the RTL and sums it up."""

from collections import Counter

from firstspike.verify.coverage import bins, simulations, waivers
from firstspike.verify.coverage import coverage_streams as streams
from firstspike.verify.coverage.points import COVER, LINE, TOGGLED, without_empty_defaults

MOST_MISSED = 200
"""Missed points that the result names."""


def run(work):
    """Everything `firstspike verify coverage` does: the contents of docs/verification/coverage.json."""
    with work.doing("instrumented simulator (minutes the first time)"):
        compiled = simulations.simulator()
    met, found, cycles = simulations.collect(compiled, work)
    met = without_empty_defaults(met, compiled.directory / "verilog")
    return summarise(met, found, waivers.load()) | {"cycles": cycles}


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
