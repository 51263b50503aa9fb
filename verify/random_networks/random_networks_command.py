"""The command `firstspike verify campaign`."""

from pathlib import Path

import click
from rich.console import Console

from firstspike.golden.config import ConfigurationError
from firstspike.golden.errors import SimulationError
from firstspike.golden.paths import ROOT
from firstspike.verify.random_networks import configurations

EVIDENCE = ROOT / "docs" / "verification"


@click.command()
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
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Result.  [default: docs/verification/campaign.json, or netlist.json]",
)
def campaign(networks, seed, replay, pool_size, netlist_directory, output):
    """Run random networks through the RTL and compare everything with the golden model and the cycle model."""
    # numba takes its time to import: not for --help.
    import numba

    from firstspike.verify.random_networks import random_networks_run as command
    from firstspike.verify.random_networks.target import Target

    # The networks are so small that threads wait for each other longer than they work.
    numba.set_num_threads(1)
    console = Console(highlight=False)
    try:
        target = Target.of(pool_size, netlist_directory)
        if replay is not None:
            matches = command.replay(console, target, replay)
        else:
            output = output or EVIDENCE / ("campaign.json" if netlist_directory is None else "netlist.json")
            matches = command.run(console, target, range(seed, seed + networks), output)
    except (ConfigurationError, SimulationError) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from None
    if not matches:
        raise SystemExit(1)
