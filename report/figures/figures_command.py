"""The command `firstspike figures`."""

import click

from firstspike.golden import terminal
from firstspike.golden.errors import SimulationError
from firstspike.report.figures import figures


@click.command(name="figures")
@click.option("--check", is_flag=True, help="Compare with docs/figures.json instead; fails if a figure is worse.")
@click.option("--speed", is_flag=True, help="The speed of the simulation on this machine, too.")
def command(check: bool, speed: bool) -> None:
    """Write docs/figures.json: area and cycles of the presets, and on request the speed of the simulation."""
    console = terminal.console(soft_wrap=True)
    with terminal.errors_as_messages(SimulationError):
        with console.status("area and cycles"):
            found = figures.measured()
        if speed:
            with console.status("speed of the simulation (minutes the first time)"):
                found = found | figures.measured_speed()
        if not check:
            figures.write(found)
            console.print(f"wrote {figures.FILE}")
            return
        differences = figures.compare(figures.read(), found)
    for difference in differences:
        verdict = ("WORSE", "red") if difference.is_worse else ("differs", "")
        console.print(terminal.marked(*verdict, f": {difference}"))
    if any(difference.is_worse for difference in differences):
        raise click.ClickException(f"figures are worse than the tracked ones: {figures.RENEW}")
    console.print(f"no figure is worse than in {figures.FILE}" + (f"; {figures.RENEW}" if differences else ""))
