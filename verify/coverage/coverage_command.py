"""The command `firstspike verify coverage`."""

from pathlib import Path

import click
from rich.console import Console

from firstspike.golden.errors import SimulationError
from firstspike.golden.paths import ROOT
from firstspike.report.report_commands import require_packages

OUTPUT = ROOT / "docs" / "verification" / "coverage.json"


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=OUTPUT,
    help="Result.  [default: docs/verification/coverage.json]",
)
def coverage(output):
    """Measure which lines, toggles and functional bins of the RTL random and wrong streams meet."""
    require_packages()
    # numba takes its time to import: not for --help.
    import numba

    from firstspike.verify.coverage import coverage_run as command

    numba.set_num_threads(1)
    try:
        reached = command.run(Console(highlight=False), output)
    except SimulationError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from None
    if not reached:
        raise SystemExit(1)
