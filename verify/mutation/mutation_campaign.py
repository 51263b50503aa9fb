"""`firstspike verify mutate`, and its section of docs/verification.md."""

from collections import Counter

import click

from firstspike.golden import markdown
from firstspike.golden.config import PRESETS
from firstspike.verify.campaign import Campaign

CONFIG = "tiny"
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
    return markdown.page(
        "## Mutants",
        f"`make mutate SEED={results['seed']}` changes one bit at one cell of the RTL of `{results['config']}` (chosen by "
        "Yosys' `mutate`, in all instances of the module), or one operator, constant or statement of the golden model (in "
        "its syntax tree), and runs the tests until one notices: for the RTL a first tier of random networks, digits and "
        "malformed streams, then more random networks, then streams written for survivors; for the golden model the tests "
        "of the module, then those that compare it with the RTL. Every survivor has been looked at: *equivalent* means "
        "that no input can tell it from the original, *unobserved* that what differs is nothing that is promised, or nothing that a network or a "
        "run of feasible size shows.",
        *(block for part, title in PARTS.items() for block in _part(title, results[part])),
    )


def _part(title, entries):
    yield f"**{title}**: {score(entries)}."
    modules = {}
    for entry in sorted(entries, key=lambda entry: entry["module"]):
        modules.setdefault(entry["module"], Counter())[entry["verdict"]] += 1
    yield markdown.table(
        ("module", "mutants", *VERDICTS),
        [(module, found.total(), *(found[name] for name in VERDICTS)) for module, found in modules.items()],
    )
    rest = [entry for entry in entries if entry["verdict"] != "killed"]
    rows = [(entry["name"], entry["source"] or "", entry["verdict"], entry["reason"] or "") for entry in rest]
    yield rows and markdown.table(("not killed", "at", "verdict", "why"), rows, "llll")


def shown(results):
    yield from (f"{title}: {score(results[part])}" for part, title in PARTS.items())


def failures(results):
    for part in PARTS:
        for entry in results[part]:
            if entry["verdict"] == "survived":
                yield f"SURVIVED: {entry['name']} ({entry['source']})"


@click.command(
    cls=Campaign, pages={"mutation": ("Mutation", "make mutate")}, section=section, shown=shown, failures=failures
)
@click.option("--mutants", default=120, show_default=True, type=click.IntRange(1, 1023), help="Mutants of the RTL.")
@click.option(
    "--golden-mutants", default=44, show_default=True, type=click.IntRange(min=1), help="Mutants of the golden model."
)
@click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0), help="Of the choice of mutants.")
def mutate(work, mutants, golden_mutants, seed):
    """Change RTL and golden model in one place at a time and see whether the tests notice; can be interrupted."""
    from firstspike.verify.mutation import mutation_run

    return {
        "config": CONFIG,
        "seed": seed,
        "rtl": mutation_run.run_rtl(work, PRESETS[CONFIG], mutants, seed),
        "golden": mutation_run.run_golden(work, golden_mutants, seed),
    }
