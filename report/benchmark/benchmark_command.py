"""The command `firstspike bench`: measures, writes the JSON file and docs/performance.md with its plots."""

import json

import click
from rich.progress import track

from firstspike.golden import terminal
from firstspike.golden.config import HardwareConfig
from firstspike.golden.files import write_atomically
from firstspike.golden.paths import BUILD, ROOT
from firstspike.quant import models
from firstspike.report import options
from firstspike.report.benchmark import benchmark_fields as fields
from firstspike.report.benchmark import benchmark_page as document
from firstspike.report.benchmark import benchmark_plots as plots
from firstspike.report.benchmark import growth, processor_runs, tables
from firstspike.report.benchmark import speed as tools
from firstspike.report.machine import machine

REPORT = BUILD / "reports" / "bench.json"
DOCUMENT = ROOT / "docs" / "performance.md"
FIGURES = ROOT / "docs" / "performance"
BATCHES = (1, 4)
SPEED_REPEATS = 3


@click.command()
@options.model("Name of a checkpoint in models/.")
@options.config
@options.count(20, "Test images for the cycles, rounded up to whole batches.")
def bench(model, config_name, count):
    """Measure cycles, speed, time and memory, and write docs/performance.md with its plots."""
    console = terminal.console()
    with terminal.errors_as_messages(*options.ERRORS):
        report = _measure(console, model, config_name or models.DEFAULT_CONFIG, count)
        REPORT.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(REPORT, (json.dumps(report, indent=2) + "\n").encode())
        for measured in report["runs"]:
            console.print(tables.run(report, measured))
        console.print(tables.tools(report))
        write_documents(report)
    console.print(f"wrote {REPORT}, {DOCUMENT} and the plots in {FIGURES}", soft_wrap=True)


def write_documents(report):
    """docs/performance.md and its plots from the contents of the JSON file."""
    FIGURES.mkdir(parents=True, exist_ok=True)
    for name, figure in plots.all_figures(report).items():
        figure.savefig(FIGURES / f"{name}.svg", metadata={"Date": None})
    write_atomically(DOCUMENT, document.text(report).encode())


def _measure(console, model, config_name, count):
    config = HardwareConfig.load(config_name)

    def follow(iteration, description):
        return track(iteration, description=f"cycle model, {description}", console=console, transient=True)

    report = {"fields": fields.EXPLANATIONS, "model": model, "configuration": config.model_dump(), "machine": machine()}
    with console.status("export"):
        report["export"] = tools.export(model, config_name)
    with console.status("Verilog generation"):
        report["verilog"] = tools.verilog(config_name)
    with console.status("golden model"):
        report["golden"] = tools.golden(model, config_name)
    report["growth"] = growth.sweeps(models.load(model, config_name, 1).network, config, follow)
    report["runs"] = []
    for batch in BATCHES:
        whole = -(-count // batch) * batch
        with console.status("simulator (minutes the first time)") as status:
            report["runs"].append(
                processor_runs.measure(
                    model,
                    config_name,
                    batch,
                    whole,
                    lambda state: status.update(
                        f"RTL, {whole} images in batches of {batch}: {state['cycle']:,} cycles"
                    ),
                )
            )
    with console.status("simulation speed"):
        report["simulation"] = processor_runs.speed(model, config_name, SPEED_REPEATS)
    return report
