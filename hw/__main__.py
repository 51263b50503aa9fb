"""Command line of the RTL generator: `python -m hw`."""

from pathlib import Path

import click
from rich.console import Console

from golden.config import PRESETS, ConfigurationError, HardwareConfig
from hw.synthesis.errors import SynthesisError
from hw.synthesis.targets import DEFAULT_CLOCK_MHZ, TARGETS

SYNTHESIS = Path("build/synth")


@click.group()
def main():
    """Generates the firstspike processor."""


@main.command()
@click.option("--config", default="paper", show_default=True, metavar="NAME|FILE",
              help=f"Preset ({', '.join(PRESETS)}) or JSON file.")
@click.option("-o", "--output", type=click.Path(file_okay=False, path_type=Path), default=Path("build/verilog"),
              show_default=True, help="Directory for the files.")
def verilog(config, output):
    """Writes the processor as SystemVerilog."""
    from hw.verilog import FILE_LIST, write  # takes a second to import: not for --help

    try:
        paths = write(HardwareConfig.load(config), output)
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"cannot write {error.filename or output}: {error.strerror}") from None
    modules = sum(path.suffix == ".sv" for path in paths)
    Console(highlight=False, soft_wrap=True).print(
        f"Processor [bold]{config}[/]: {modules} modules in {output}, file list {output / FILE_LIST}")


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


if __name__ == "__main__":
    main(prog_name="python -m hw")
