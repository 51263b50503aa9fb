"""`firstspike verify fuzz`, and its section of docs/verification.md."""

import click

from firstspike.golden import markdown
from firstspike.verify.campaign import Campaign

TITLES = {
    "network_files": "Network files",
    "checkpoints": "Checkpoints",
    "pytorch_files": "PyTorch files",
    "modules": "PyTorch modules",
    "streams": "Streams into the RTL",
    "record_bits": "Bits of the records",
}
CLAIMS = {
    "network_files": "Each file is refused with the reader's error, or read as a network that is valid; damage is "
    "never read as another network. Forged files have a right checksum.",
    "checkpoints": "Each file is refused by the exporter with one of its errors, or exported.",
    "pytorch_files": "Each file is refused by the reader with its error, or read.",
    "modules": "Each random module is refused by its graph or by running it, or the exported network computes the "
    "module's own numbers: all logits are equal to PyTorch's in float64 with the fire rule in place of the activations. "
    "Where an average over another number than a power of 2, or a weight norm, makes weights that must be rounded, "
    "nothing is compared (not exact).",
    "streams": "Each malformed run ends with a result or an error code; after a reset a good run takes the predicted "
    "cycles and is bit-exact.",
    "record_bits": "Every bit of every record of two networks, one at a time: an error code, a different result (words, cycles or "
    "spikes), or the same one where docs/streams.md says that the processor does not look at it.",
}


def section(results):
    """Markdown of the contents of docs/verification/fuzz.json."""
    return markdown.page(
        "## Fuzzing",
        "`make fuzz`: seeded cases, every one can be repeated by its number.",
        markdown.table(
            ("what is read", "cases", "problems"),
            [(TITLES[target], f"{found['cases']:,}", found["problems"]) for target, found in results.items()],
        ),
        *(block for target, found in results.items() for block in _target(target, found)),
    )


def _target(target, found):
    yield from (f"### {TITLES[target]}", CLAIMS[target])
    if target == "streams":
        yield (
            f"Processor `{found['config']}`; its watchdog ends a run without progress for {found['watchdog_cycles']:,} "
            f"cycles. The longest malformed run took {found['most_cycles']:,} cycles."
        )
    outcomes = list(dict.fromkeys(outcome for kinds in found["outcomes"].values() for outcome in kinds))
    yield markdown.table(
        ("mutation", *outcomes),
        [(kind, *(numbers.get(outcome, 0) for outcome in outcomes)) for kind, numbers in found["outcomes"].items()],
    )


def shown(results):
    for target, found in results.items():
        yield f"{target.replace('_', ' ')}: {found['cases']:,} cases, {found['problems']} problems"


def failures(results):
    for target, found in results.items():
        for problem in found["first_problems"]:
            yield f"{target}: seed {problem['seed']} ({problem['kind']}): {problem['problem']}"


def cases_of(what, default, text):
    """click option with the number of cases of one target."""
    return click.option(what, default=default, show_default=True, type=click.IntRange(min=0), help=text)


@click.command(cls=Campaign, pages={"fuzz": ("Fuzzing", "make fuzz")}, section=section, shown=shown, failures=failures)
@cases_of("--network-files", 12_000, "Damaged and forged network files to read.")
@cases_of("--checkpoints", 1400, "Damaged and forged checkpoints to export.")
@cases_of("--pytorch-files", 1600, "Damaged PyTorch files to read; needs PyTorch.")
@cases_of("--modules", 2000, "Random PyTorch modules to export; needs PyTorch.")
@cases_of("--streams", 780, "Malformed streams into the RTL, each followed by a reset and a good run.")
@cases_of("--record-bits", 7_680, "Bits of the records of two networks; these are all.")
def fuzz(work, **counts):
    """Fuzz the readers of files, the importer of modules and the processor's streams; an interrupted campaign goes on where it stopped."""
    from firstspike.verify.fuzz import fuzz_run

    return {target: fuzz_run.run(work, target, counts[target]) for target in fuzz_run.TARGETS if counts[target]}
