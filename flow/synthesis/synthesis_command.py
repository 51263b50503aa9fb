"""Command line: `firstspike` synth, resources, protection, lint and schematic."""

import json
from pathlib import Path

import click

from firstspike.golden import terminal
from firstspike.golden.config import HardwareConfig
from firstspike.golden.files import write_atomically
from firstspike.hw.command_line import config_option, errors_as_messages
from firstspike.hw.deliver.constraints import DEFAULT_CLOCK_MHZ

DIRECTORY = Path("build/synth")
MAX_FINDINGS = 10


def liberty_option(text):
    """click option `--liberty`."""
    return click.option(
        "--liberty",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="FILE",
        help=f"Standard cells (.lib or .lib.gz) for asic; {text}.  [default: Debian's qflow-tech-osu018]",
    )


def output_option(default):
    """click option `--output`, a file."""
    return click.option(
        "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), default=Path(default), show_default=True
    )


@click.command()
@config_option("tiny")
@click.option("--target", type=click.Choice(("ecp5", "xilinx", "asic")), default="asic", show_default=True)
@liberty_option("several files make one library")
@click.option(
    "--clock",
    default=DEFAULT_CLOCK_MHZ,
    show_default=True,
    type=click.FloatRange(1, 10_000),
    metavar="MHZ",
    help="Clock that asic aims at.",
)
@click.option("--route/--no-route", default=True, show_default=True, help="Place and route for ecp5.")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Directory for netlists, logs and report.json.  [default: build/synth/CONFIG-TARGET]",
)
def synth(config, target, liberty, clock, route, output):
    """Synthesise the processor: resources or area, timing, power."""
    from firstspike.flow.synthesis import synthesis_report as report
    from firstspike.flow.synthesis import synthesis_run as run

    console = terminal.console()
    with errors_as_messages():
        configuration = HardwareConfig.load(config)
        output = output or DIRECTORY / f"{configuration.name}-{target}"
        with console.status(f"{configuration.name} for {target} (minutes)"):
            document = run.run(configuration, target, output, liberty=liberty, clock_mhz=clock, route=route)
        report.write(output / "report.json", document)
    if table := report.block_table(document):
        console.print(table)
    console.print(report.summary(document))
    console.print(f"report: {output / 'report.json'}", soft_wrap=True)


@click.command()
@liberty_option("the files of one folder make one library")
@output_option("docs/resources.md")
def resources(liberty, output):
    """Synthesise the presets for every target and write the page of resource figures.

    A run whose report is in build/synth already, made from the same Verilog, is not repeated.
    """
    from firstspike.flow.synthesis import resources as figures
    from firstspike.flow.synthesis import synthesis_report as report
    from firstspike.flow.synthesis import synthesis_run as run

    console = terminal.console(soft_wrap=True)
    documents = []
    with errors_as_messages():
        for name, target, library, folder in figures.runs(liberty):
            configuration = HardwareConfig.load(name)
            directory = DIRECTORY / folder
            identity = run.identity(configuration, target, library)
            document = report.read(directory / "report.json")
            if document is None or document["identity"] != identity:
                with console.status(f"{folder} (minutes)"):
                    document = run.run(configuration, target, directory, liberty=library)
                report.write(directory / "report.json", document)
            documents.append(document)
        write_atomically(output, figures.page(documents).encode())
    console.print(f"figures: {output}")


@click.command()
@click.option("--config", "configs", multiple=True, default=("tiny", "paper"), show_default=True, metavar="NAME|FILE")
@liberty_option("several files make one library")
@output_option("docs/verification/protection.json")
def protection(configs, liberty, output):
    """Measure what parity and SECDED of each memory cost, in gates and memory bits."""
    from rich.progress import Progress

    from firstspike.flow.synthesis import protection as costs

    console = terminal.console(soft_wrap=True)
    with errors_as_messages():
        configurations = [HardwareConfig.load(config) for config in configs]
        with Progress(console=console, transient=True) as progress:
            task = progress.add_task("synthesis", total=costs.count() * len(configurations))
            documents = [
                costs.measure(
                    one, DIRECTORY / f"{one.name}-protection", liberty, on_done=lambda: progress.advance(task)
                )
                for one in configurations
            ]
        output.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(output, json.dumps({"configurations": documents}, indent=1).encode() + b"\n")
    for document in documents:
        rows = [
            (
                one["option"],
                one["protection"],
                f"{one['kge']:.2f}",
                f"{one['memory_bits']:,}",
                f"{one['protected_bits']:,}",
            )
            for one in document["costs"]
        ]
        header = ("option", "protection", "kGE", "memory bits", "with check bits")
        title = f"{document['configuration']}, {document['technology']}"
        console.print(terminal.table(title, header, rows, "llrrr"))
    console.print(f"figures: {output}")


@click.command()
@config_option("tiny")
def lint(config):
    """Check the Verilog: latches, loops, paths from input to output, warnings of Yosys, Icarus Verilog, slang and verible."""
    from firstspike.flow.synthesis import lint as checks
    from firstspike.flow.synthesis import sources

    console = terminal.console(soft_wrap=True)
    with errors_as_messages():
        configuration = HardwareConfig.load(config)
        directory = DIRECTORY / f"{configuration.name}-lint"
        with console.status(f"checking {configuration.name} (a minute)"):
            found = checks.run(directory, sources.write(configuration, directory))
    for check in found:
        verdict = ("FAIL", "red") if check.findings else ("ok", "green")
        console.print(terminal.marked(*verdict, f"  {check.name}"))
        for finding in check.findings[:MAX_FINDINGS]:
            console.print(f"      {finding}")
    if any(check.findings for check in found):
        raise SystemExit(1)


@click.command()
@config_option("tiny")
@click.option("--block", default="pe", show_default=True, help="Module without the prefix firstspike_.")
def schematic(config, block):
    """Draw one module as SVG."""
    from firstspike.flow.synthesis import schematic as drawing

    with errors_as_messages():
        configuration = HardwareConfig.load(config)
        path = drawing.draw(configuration, block, DIRECTORY / f"{configuration.name}-schematic")
    terminal.console(soft_wrap=True).print(f"schematic: {path}")
