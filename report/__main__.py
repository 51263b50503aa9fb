"""Command line: runs, energy reports, benchmarks, sweeps."""

import click

from firstspike.report.cycles import cycles
from firstspike.report.figures.figures_command import command as figures
from firstspike.report.golden_command import golden
from firstspike.report.report_commands import bench, report, sweep
from firstspike.report.run.run_command import sim
from firstspike.report.timing_diagrams import documents


@click.group()
def main():
    """What a user reads: runs, energy, benchmarks, sweeps."""


for command in (sim, golden, report, sweep, bench, cycles, figures, documents):
    main.add_command(command)


if __name__ == "__main__":
    main(prog_name="python -m firstspike.report")
