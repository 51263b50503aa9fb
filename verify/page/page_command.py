"""The command `firstspike verify page`."""

from pathlib import Path

import click

from firstspike.golden import terminal
from firstspike.golden.errors import SimulationError
from firstspike.golden.files import write_atomically
from firstspike.golden.paths import ROOT
from firstspike.verify.campaign import EVIDENCE

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
    with terminal.errors_as_messages(SimulationError):
        from firstspike.verify.page import page_sections, presets, testplan

        write_atomically(output, page_sections.text(testplan.load(), presets.load(), EVIDENCE).encode())
    terminal.console().print(f"wrote {output}", soft_wrap=True)
