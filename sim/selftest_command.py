"""`firstspike selftest`: the delivered test bench in Icarus Verilog and Verilator."""

from pathlib import Path

import click

from firstspike.golden.errors import SimulationError
from firstspike.sim import delivered_bench


@click.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path), default="build/verilog")
@click.option(
    "--pause", default=0, show_default=True, type=click.IntRange(0, 240), help="Of 256 cycles, on every stream."
)
def selftest(directory: Path, pause: int) -> None:
    """Run the bench of the Verilog in DIRECTORY, as `firstspike verilog --network FILE` wrote it."""
    failed = False
    for build, run in delivered_bench.SIMULATORS:
        try:
            build(directory)
        except SimulationError as error:
            raise click.ClickException(str(error)) from None
        outcome = run(directory, (f"+pause={pause}",))
        click.echo(f"{outcome.simulator}: {outcome.text}")
        failed = failed or not outcome.passed
    if failed:
        raise click.exceptions.Exit(1)
