"""Command line of the RTL generator: `python -m hw`."""

import json
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from golden.config import PRESETS, ConfigurationError, HardwareConfig
from golden.files import write_atomically
from hw.formal.command import formal
from hw.synthesis.errors import SynthesisError
from hw.synthesis.targets import DEFAULT_CLOCK_MHZ, TARGETS

SYNTHESIS = Path("build/synth")
MAX_FINDINGS = 10
SIDE = (".f", ".json", ".sdc", ".core", ".vlt")
"""Suffixes of the files for tools."""


@click.group()
def main():
    """Generates the firstspike processor."""


main.add_command(formal)


@main.command()
@click.option("--config", default="paper", show_default=True, metavar="NAME|FILE",
              help=f"Preset ({', '.join(PRESETS)}) or JSON file.")
@click.option("-o", "--output", type=click.Path(file_okay=False, path_type=Path), default=Path("build/verilog"),
              show_default=True, help="Directory for the files.")
@click.option("--clock", default=DEFAULT_CLOCK_MHZ, show_default=True, type=click.FloatRange(1, 10_000), metavar="MHZ",
              help="Clock of the timing constraints.")
def verilog(config, output, clock):
    """Writes the processor as SystemVerilog, with what a synthesis or simulation flow needs."""
    from hw.deliverables.deliver import deliver  # takes a second to import: not for --help
    from hw.verilog import FILE_LIST

    try:
        paths, memories = deliver(HardwareConfig.load(config), output, clock)
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"cannot write {error.filename or output}: {error.strerror}") from None
    modules = sum(path.suffix == ".sv" and path.parent == output for path in paths)
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"Processor [bold]{config}[/]: {modules} modules in {output}, file list {output / FILE_LIST}")
    console.print(_memory_table(memories))
    console.print(f"For other flows: {', '.join(path.name for path in paths if path.parent == output and path.suffix in SIDE)}")


def _memory_table(memories):
    table = Table(title="memories (1 write port, 1 synchronous read port): macros that a chip needs")
    for name in ("macro", "rows", "bits", "count"):
        table.add_column(name, justify="left" if name == "macro" else "right")
    for memory in memories:
        table.add_row(memory.macro, f"{memory.depth}", f"{memory.width}", f"{memory.count}")
    return table


@main.command()
@click.option("--config", default="tiny", show_default=True, metavar="NAME|FILE",
              help=f"Preset ({', '.join(PRESETS)}) or JSON file.")
@click.option("--target", type=click.Choice(TARGETS), default="asic", show_default=True)
@click.option("--liberty", multiple=True, type=click.Path(path_type=Path), metavar="FILE",
              help="Standard cells (.lib or .lib.gz) for asic; several files make one library.  "
                   "[default: Debian's qflow-tech-osu018]")
@click.option("--clock", default=DEFAULT_CLOCK_MHZ, show_default=True, type=click.FloatRange(1, 10_000), metavar="MHZ",
              help="Clock that asic aims at.")
@click.option("--route/--no-route", default=True, show_default=True, help="Place and route for ecp5.")
@click.option("-o", "--output", type=click.Path(file_okay=False, path_type=Path),
              help="Directory for netlists, logs and report.json.  [default: build/synth/CONFIG-TARGET]")
def synth(config, target, liberty, clock, route, output):
    """Synthesises the processor: resources or area, timing, power."""
    from hw.synthesis import report, run

    console = Console(highlight=False)
    try:
        configuration = HardwareConfig.load(config)
        output = output or SYNTHESIS / f"{configuration.name}-{target}"
        with console.status(f"{configuration.name} for {target} (minutes)"):
            document = run.run(configuration, target, output, liberty=liberty, clock_mhz=clock, route=route)
        report.write(output / "report.json", document)
    except (ConfigurationError, SynthesisError) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"cannot write {error.filename or output}: {error.strerror}") from None
    if table := report.block_table(document):
        console.print(table)
    console.print(report.summary(document))
    console.print(f"report: {output / 'report.json'}", soft_wrap=True)


@main.command()
@click.option("--liberty", multiple=True, type=click.Path(path_type=Path), metavar="FILE",
              help="Standard cells (.lib or .lib.gz) for asic; the files of one folder make one library.  "
                   "[default: Debian's qflow-tech-osu018]")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), default=Path("docs/resources.md"),
              show_default=True)
def resources(liberty, output):
    """Synthesises the presets for every target and writes the page of resource figures.

    A run whose report is in build/synth already, made from the same Verilog, is not repeated.
    """
    from hw.synthesis import report, run
    from hw.synthesis import resources as figures

    console = Console(highlight=False, soft_wrap=True)
    documents = []
    try:
        for name, target, library, folder in figures.runs(liberty):
            configuration = HardwareConfig.load(name)
            directory = SYNTHESIS / folder
            identity = run.identity(configuration, target, library)
            document = report.read(directory / "report.json")
            if document is None or document["identity"] != identity:
                with console.status(f"{folder} (minutes)"):
                    document = run.run(configuration, target, directory, liberty=library)
                report.write(directory / "report.json", document)
            documents.append(document)
        write_atomically(output, figures.page(documents).encode())
    except (ConfigurationError, SynthesisError) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"cannot write {error.filename or output}: {error.strerror}") from None
    console.print(f"figures: {output}")


@main.command()
@click.option("--config", "configs", multiple=True, default=("tiny", "paper"), show_default=True, metavar="NAME|FILE")
@click.option("--liberty", multiple=True, type=click.Path(path_type=Path), metavar="FILE")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path),
              default=Path("docs/verification/protection.json"), show_default=True)
def protection(configs, liberty, output):
    """Measures what parity and SECDED of each memory cost, in gates and memory bits."""
    from rich.progress import Progress

    from hw.synthesis import protection as costs

    console = Console(highlight=False, soft_wrap=True)
    documents = []
    try:
        configurations = [HardwareConfig.load(config) for config in configs]
        with Progress(console=console, transient=True) as progress:
            task = progress.add_task("synthesis", total=costs.count() * len(configurations))
            for configuration in configurations:
                documents.append(costs.measure(configuration, SYNTHESIS / f"{configuration.name}-protection", liberty,
                                               on_done=lambda: progress.advance(task)))
        output.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(output, json.dumps({"configurations": documents}, indent=1).encode() + b"\n")
    except (ConfigurationError, SynthesisError) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"cannot write {error.filename or output}: {error.strerror}") from None
    for document in documents:
        table = Table(title=f"{document['configuration']}, {document['technology']}")
        for name in ("option", "protection", "kGE", "memory bits", "with check bits"):
            table.add_column(name, justify="left" if name in ("option", "protection") else "right")
        for cost in document["costs"]:
            table.add_row(cost["option"], cost["protection"], f"{cost['kge']:.2f}", f"{cost['memory_bits']:,}",
                          f"{cost['protected_bits']:,}")
        console.print(table)
    console.print(f"figures: {output}")


@main.command()
@click.option("--config", default="tiny", show_default=True, metavar="NAME|FILE",
              help=f"Preset ({', '.join(PRESETS)}) or JSON file.")
def lint(config):
    """Checks the Verilog: latches, loops, paths from input to output, warnings of Yosys and Icarus Verilog."""
    from hw.synthesis import lint as checks
    from hw.synthesis import sources

    console = Console(highlight=False, soft_wrap=True)
    try:
        configuration = HardwareConfig.load(config)
        directory = SYNTHESIS / f"{configuration.name}-lint"
        with console.status(f"checking {configuration.name} (a minute)"):
            found = checks.run(directory, sources.write(configuration, directory))
    except (ConfigurationError, SynthesisError) as error:
        raise click.ClickException(str(error)) from None
    for check in found:
        console.print(f"{'[red]FAIL[/]' if check.findings else '[green]ok[/]'}  {check.name}")
        for finding in check.findings[:MAX_FINDINGS]:
            console.print(f"      {finding}", markup=False)
    if any(check.findings for check in found):
        raise SystemExit(1)


@main.command()
@click.option("--config", default="tiny", show_default=True, metavar="NAME|FILE",
              help=f"Preset ({', '.join(PRESETS)}) or JSON file.")
@click.option("--block", default="pe", show_default=True, help="Module without the prefix firstspike_.")
def schematic(config, block):
    """Draws one module as SVG."""
    from hw.synthesis import schematic as drawing

    try:
        configuration = HardwareConfig.load(config)
        path = drawing.draw(configuration, block, SYNTHESIS / f"{configuration.name}-schematic")
    except (ConfigurationError, SynthesisError) as error:
        raise click.ClickException(str(error)) from None
    Console(highlight=False, soft_wrap=True).print(f"schematic: {path}")


if __name__ == "__main__":
    main(prog_name="python -m hw")
