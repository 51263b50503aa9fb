"""`firstspike verify coverage`, and its section of docs/verification.md."""

import click
from rich.text import Text

from firstspike.golden import markdown, terminal
from firstspike.verify.campaign import Campaign

KINDS = {"line": "lines and branches", "toggle": "toggles", "bins": "functional bins"}
GOALS = {"line": 1.0, "toggle": 0.95, "bins": 1.0}
HEADER = ("", "met", "waived", "of", "after waivers", "goal")


def section(results):
    """Markdown of the contents of docs/verification/coverage.json."""
    return markdown.page(
        "## Coverage of the RTL",
        f"`make coverage` runs {results['networks']} random networks, {results['image_arrivals']} networks whose images "
        f"arrive far ahead or just in time, and {results['wrong_streams']} streams with something wrong through the "
        f"processor (`tiny` with a watchdog of {results['configuration']['watchdog_cycles']} cycles), "
        f"{results['cycles']:,} cycles, while Verilator counts lines, branches and toggles. A toggle is one direction of "
        "one bit of a signal, named intermediate results included.",
        markdown.table(HEADER, _totals(results)),
        markdown.table(
            ("module", "lines", "toggles", "toggles waived"),
            [
                (
                    f"`{module}`",
                    f"{kinds['line']['share']:.1%}",
                    f"{kinds['toggle']['share']:.1%}",
                    f"{kinds['toggle']['waived']:,} of {kinds['toggle']['total']:,}",
                )
                for module, kinds in results["modules"].items()
            ],
        ),
        markdown.table(
            ("functional bins", "met", "of", "not met"),
            [
                (group, sum(map(bool, names.values())), len(names), ", ".join(n for n in names if not names[n]))
                for group, names in results["functional"].items()
            ],
            "lrrl",
        ),
        markdown.table(
            ("waived points", "of", "reason"),
            [(f"{waiver['points']:,}", _what(waiver), waiver["reason"]) for waiver in results["waivers"]],
            "rll",
        ),
    )


def _totals(results):
    """Rows under `HEADER`."""
    for kind, title in KINDS.items():
        found = results[kind]
        counts = (f"{found[name]:,}" for name in ("met", "waived", "total"))
        yield title, *counts, f"{found['share']:.2%}", f"{100 * GOALS[kind]:g} %"


def _what(waiver):
    bits = f", bits {waiver['bits'][0]} to {waiver['bits'][1]}" if "bits" in waiver else ""
    names = f"{waiver['module']} {waiver.get('what', '')}".strip()
    return f"{waiver['kind']}s of `{names}`{bits}"


def shown(results):
    title = f"coverage of the RTL ({results['configuration']['name']}, {results['cycles']:,} cycles)"
    yield terminal.table(title, HEADER, _totals(results))
    yield from (Text(f"missed: {text}", no_wrap=True) for text in results["missed"])


def failures(results):
    yield from (f"waives nothing: {text}" for text in results["unused_waivers"])
    for kind, title in KINDS.items():
        if results[kind]["share"] < GOALS[kind]:
            yield f"{title}: {results[kind]['share']:.2%} of {GOALS[kind]:.0%}"


@click.command(
    cls=Campaign,
    pages={"coverage": ("Coverage of the RTL", "make coverage")},
    section=section,
    shown=shown,
    failures=failures,
)
def coverage(work):
    """Measure which lines, toggles and functional bins of the RTL random and wrong streams meet."""
    from firstspike.verify.coverage import coverage_run

    return coverage_run.run(work)
