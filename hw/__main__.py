"""Command line of the RTL generator: `python -m hw`."""

from pathlib import Path

import click
from rich.console import Console

from golden.config import PRESETS, ConfigurationError, HardwareConfig


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


if __name__ == "__main__":
    main(prog_name="python -m hw")
