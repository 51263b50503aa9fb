"""Command line: runs, energy reports, benchmarks, sweeps."""

import click

from firstspike.report.benchmark.benchmark_command import bench
from firstspike.report.cycles import cycles
from firstspike.report.documents import documents
from firstspike.report.energy.energy_command import report
from firstspike.report.figures.figures_command import command as figures
from firstspike.report.golden_command import golden
from firstspike.report.run.run_command import sim
from firstspike.report.sweep.sweep_command import sweep

COMMANDS = (sim, golden, report, sweep, bench, cycles, figures, documents)
main = click.Group(help="What a user reads: runs, energy, benchmarks, sweeps.", commands=list(COMMANDS))

if __name__ == "__main__":
    main(prog_name="python -m firstspike.report")
