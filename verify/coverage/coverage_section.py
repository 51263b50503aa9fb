"""The section of docs/verification.md about coverage."""

KINDS = (("line", "lines and branches"), ("toggle", "toggles"), ("bins", "functional bins"))
GOALS = {"line": "100 %", "toggle": "95 %", "bins": "100 %"}


def section(results):
    """Markdown of the contents of docs/verification/coverage.json."""
    lines = [
        "## Coverage of the RTL",
        "",
        f"`make coverage` runs {results['networks']} random networks, {results['image_arrivals']} networks whose images "
        f"arrive far ahead or just in time, and {results['wrong_streams']} streams with something wrong through the "
        f"processor (`tiny` with a watchdog of {results['configuration']['watchdog_cycles']} cycles), "
        f"{results['cycles']:,} cycles, while Verilator counts lines, branches and toggles. A toggle is one direction of "
        "one bit of a signal, named intermediate results included.",
        "",
        "| | met | waived | of | after waivers | goal |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        *[
            f"| {title} | {results[kind]['met']:,} | {results[kind]['waived']:,} | {results[kind]['total']:,} | "
            f"{results[kind]['share']:.2%} | {GOALS[kind]} |"
            for kind, title in KINDS
        ],
        "",
        "| module | lines | toggles | toggles waived |",
        "| --- | ---: | ---: | ---: |",
        *[
            f"| `{module}` | {kinds['line']['share']:.1%} | {kinds['toggle']['share']:.1%} | "
            f"{kinds['toggle']['waived']:,} of {kinds['toggle']['total']:,} |"
            for module, kinds in results["modules"].items()
        ],
        "",
        "| functional bins | met | of | not met |",
        "| --- | ---: | ---: | --- |",
        *[
            f"| {group} | {sum(count > 0 for count in names.values())} | {len(names)} | "
            f"{', '.join(name for name, count in names.items() if not count)} |"
            for group, names in results["functional"].items()
        ],
        "",
        "| waived points | of | reason |",
        "| ---: | --- | --- |",
        *[f"| {waiver['points']:,} | {_what(waiver)} | {waiver['reason']} |" for waiver in results["waivers"]],
        "",
    ]
    return "\n".join(lines)


def _what(waiver):
    bits = f", bits {waiver['bits'][0]} to {waiver['bits'][1]}" if "bits" in waiver else ""
    # A bar would end the table's cell.
    names = f"{waiver['module']} {waiver.get('what', '')}".strip().replace("|", "\\|")
    return f"{waiver['kind']}s of `{names}`{bits}"
