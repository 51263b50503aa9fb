"""The command `firstspike verify page`."""

from pathlib import Path

import click
from rich.console import Console

from firstspike.golden.errors import SimulationError
from firstspike.golden.files import write_atomically
from firstspike.golden.paths import ROOT
from firstspike.report.report_commands import require_packages

RESULTS = ROOT / "docs" / "verification"
DOCUMENT = ROOT / "docs" / "verification.md"


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=DOCUMENT,
    help="Page to write.  [default: docs/verification.md]",
)
def page(output):
    """Write the verification page from the testplan and the results of the campaigns."""
    require_packages()
    from firstspike.verify.page import page_sections as document
    from firstspike.verify.page import presets, testplan

    try:
        write_atomically(output, document.text(testplan.load(), presets.load(), RESULTS).encode())
    except SimulationError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from None
    Console(highlight=False).print(f"wrote {output}", soft_wrap=True)
