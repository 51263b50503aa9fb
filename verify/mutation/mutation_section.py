"""The section of docs/verification.md about the mutants."""

from collections import Counter

PARTS = {"rtl": "RTL", "golden": "golden model"}
VERDICTS = ("killed", "equivalent", "unobserved", "survived")


def score(entries):
    """Killed mutants and the others, in words."""
    verdicts = Counter(entry["verdict"] for entry in entries)
    rest = len(entries) - verdicts["equivalent"] - verdicts["unobserved"]
    share = f"{verdicts['killed'] / rest:.1%}" if rest else "none"
    return (
        f"{verdicts['killed']} of {len(entries)} mutants killed; {verdicts['equivalent']} equivalent, "
        f"{verdicts['unobserved']} without a promised effect, {verdicts['survived']} survived; score {share}"
    )


def section(results):
    """Markdown of docs/verification/mutation.json."""
    lines = [
        "## Mutants",
        "",
        f"`make mutate SEED={results['seed']}` changes one bit at one cell of the RTL of `{results['config']}` (chosen by "
        "Yosys' `mutate`, in all instances of the module), or one operator, constant or statement of the golden model (in "
        "its syntax tree), and runs the tests until one notices: for the RTL a first tier of random networks, digits and "
        "malformed streams, then more random networks, then streams written for survivors; for the golden model the tests "
        "of the module, then those that compare it with the RTL. Every survivor has been looked at: *equivalent* means "
        "that no input can tell it from the original, *unobserved* that what differs is nothing that is promised, or nothing that a network or a "
        "run of feasible size shows.",
        "",
    ]
    for part, title in PARTS.items():
        lines += [f"**{title}**: {score(results[part])}.", "", *_modules(results[part]), *_survivors(results[part])]
    return "\n".join(lines)


def _modules(entries):
    lines = [f"| module | mutants | {' | '.join(VERDICTS)} |", f"|---|{'---:|' * (len(VERDICTS) + 1)}"]
    for module in dict.fromkeys(sorted(entry["module"] for entry in entries)):
        verdicts = Counter(entry["verdict"] for entry in entries if entry["module"] == module)
        lines.append(f"| {module} | {verdicts.total()} | {' | '.join(str(verdicts[name]) for name in VERDICTS)} |")
    return [*lines, ""]


def _survivors(entries):
    found = [entry for entry in entries if entry["verdict"] != "killed"]
    if not found:
        return []
    rows = [
        f"| {_cell(entry['name'])} | {entry['source'] or ''} | {entry['verdict']} | {_cell(entry['reason'] or '')} |"
        for entry in found
    ]
    return ["| not killed | at | verdict | why |", "|---|---|---|---|", *rows, ""]


def _cell(text):
    return text.replace("|", "\\|")
