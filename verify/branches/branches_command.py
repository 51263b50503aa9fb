"""The command `firstspike verify branches`."""

from pathlib import Path

import click
from rich.console import Console

from firstspike.golden.errors import SimulationError
from firstspike.golden.paths import ROOT
from firstspike.verify.branches import branches_run as command

OUTPUT = ROOT / "docs" / "verification" / "branches.json"


@click.command()
@click.argument("tests", nargs=-1)
@click.option(
    "--package",
    "packages",
    multiple=True,
    default=command.PACKAGES,
    show_default=True,
    type=click.Choice(command.PACKAGES),
    help="Packages to measure.",
)
@click.option("--jobs", default=1, show_default=True, type=click.IntRange(min=1), help="Tests to run at the same time.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=OUTPUT,
    help="Result.  [default: docs/verification/branches.json]",
)
def branches(tests, packages, jobs, output):
    """Measure which branches of the Python packages TESTS (all, if none is named) meet."""
    console = Console(highlight=False)
    try:
        with console.status("tests, slower than without measuring"):
            summary = command.run(tests or ("tests",), packages, output, jobs)
    except SimulationError as error:
        raise click.ClickException(str(error)) from None
    for package, found in summary["packages"].items():
        console.print(
            f"{package}: {found['covered_branches']:,} of {found['num_branches']:,} branches, "
            f"{found['covered_lines']:,} of {found['num_statements']:,} statements"
        )
