"""Command line: `firstspike counts`."""

import click
from rich.table import Table

from firstspike.golden import terminal
from firstspike.golden.counting import counters, operations


@click.command()
def counts():
    """Explain every count: its name, unit and meaning."""
    console = terminal.console()
    table = Table("count", "unit", "meaning", "NeuroBench", title="Statistics of the spikes, whatever the schedule")
    for statistic in operations.STATISTICS:
        table.add_row(statistic.name, statistic.unit, statistic.description, statistic.neurobench)
    console.print(table)
    for title, group in (
        ("Operations of a schedule, counted by the processor", counters.OPERATIONS),
        ("Cycles, counted by the processor", (*counters.CYCLE_CAUSES, counters.CYCLES)),
    ):
        table = Table("count", "unit", "meaning", title=title)
        for counter in group:
            table.add_row(counter.name, counter.unit, counter.description)
        console.print(table)


if __name__ == "__main__":
    counts(prog_name="python -m firstspike.golden")
