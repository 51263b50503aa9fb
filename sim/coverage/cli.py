"""The command `python -m sim coverage`."""

from pathlib import Path

import click
from rich.console import Console

from sim.errors import SimulationError
from sim.paths import ROOT
from sim.report_commands import require_packages

OUTPUT = ROOT / "docs" / "verification" / "coverage.json"


@click.command()
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), default=OUTPUT,
              help="Result.  [default: docs/verification/coverage.json]")
def coverage(output):
    """Measure which lines, toggles and functional bins of the RTL random and wrong streams meet."""
    require_packages()
    # numba takes its time to import: not for --help.
    import numba

    from sim.coverage import command

    numba.set_num_threads(1)
    try:
        reached = command.run(Console(highlight=False), output)
    except SimulationError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from None
    if not reached:
        raise SystemExit(1)
