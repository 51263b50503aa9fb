"""`firstspike verify campaign`, and its sections of docs/verification.md."""

from pathlib import Path

import click

from firstspike.golden import markdown, terminal
from firstspike.verify.campaign import Campaign
from firstspike.verify.random_networks import configurations
from firstspike.verify.random_networks.random_networks_results import FEATURES

LINKS = {
    "time_stepped": "time-stepped spiking simulation (`golden/evaluators/time_stepped.py`)",
    "definitions": "definitions in plain integers (`golden/evaluators/definitions.py`; networks small enough for it)",
    "reference": "NumPy reference (`golden/evaluators/reference.py`)",
}


def section(results):
    """Markdown of the contents of docs/verification/campaign.json (or netlist.json)."""
    # What says what a seed means.
    count = len(results["configurations"])
    options = f"--configurations {count}" if results["target"] == "RTL" else "--netlist DIRECTORY"
    return markdown.page(
        f"## Random networks through the {results['target']}",
        f"{results['networks']:,} random networks (seeds {results['first_seed']} to {results['last_seed']}), "
        f"{results['images']:,} images, {results['cycles']:,} cycles simulated on {count} "
        f"configurations in {results['seconds'] / 60:.1f} minutes: **{results['mismatches']} mismatches**. "
        f"{results['compared']:,} spike words and potentials of the processor were compared, and all operation counters; "
        f"the cycle counters of the {results['networks_with_cycles_compared']:,} networks whose streams did not stall equal "
        f"the cycle model's. `firstspike verify campaign {options} --replay SEED` repeats one of them.",
        "Each network was evaluated by the fast golden path, which the processor must equal, and for its first image also "
        "by:",
        "\n".join(f"* {text}: {results['links'].get(name, 0):,} networks" for name, text in LINKS.items()),
        markdown.table(("networks with", ""), [(name, f"{number:,}") for name, number in results["meets"].items()]),
        markdown.table(
            ("distribution of", "value: how often"),
            [(text, _often(results["distribution"][name])) for name, text in FEATURES.items()],
            "ll",
        ),
    )


def _often(distribution):
    return ", ".join(f"{value}: {count:,}" for value, count in distribution.items())


def shown(results):
    yield terminal.marked(
        "NO MISMATCH",
        "green",
        f": {results['networks']:,} random networks (seeds {results['first_seed']} to "
        f"{results['last_seed']}), {results['compared']:,} spike words and potentials, {results['cycles']:,} cycles",
    )


@click.command(
    cls=Campaign,
    pages={
        "campaign": ("Random networks through the RTL", "make campaign"),
        "netlist": ("Random networks through the gate-level netlist", "make gates"),
    },
    section=section,
    shown=shown,
)
@click.option("--networks", default=1000, show_default=True, type=click.IntRange(min=1), help="Random networks.")
@click.option(
    "--seed",
    default=1,
    show_default=True,
    type=click.IntRange(min=0),
    help="Seed of the first of them; the others follow.",
)
@click.option("--replay", metavar="SEED|FILE", help="Only the network of this seed, or of the file of a failing case.")
@click.option(
    "--configurations",
    "pool_size",
    default=configurations.COUNT,
    show_default=True,
    type=click.IntRange(min=1),
    help="Processors to build, `tiny` and random ones; part of what a seed means.",
)
@click.option(
    "--netlist",
    "netlist_directory",
    type=click.Path(path_type=Path),
    metavar="DIRECTORY",
    help="Simulate the standard cells that `firstspike synth --target asic` left there instead of the RTL.",
)
def campaign(work, networks, seed, replay, pool_size, netlist_directory):
    """Run random networks through the RTL and compare everything with the golden model and the cycle model."""
    from firstspike.verify.random_networks import random_networks_run
    from firstspike.verify.random_networks.target import Target

    target = Target.of(pool_size, netlist_directory)
    if replay is not None:
        return random_networks_run.replay(work.console, target, replay)
    if netlist_directory is not None:
        work.name = "netlist"
    return random_networks_run.run(work, target, range(seed, seed + networks))
