"""Command line of the RTL generator: `firstspike verilog`."""

from pathlib import Path

import click
from rich.table import Table

from firstspike.golden import network_file, terminal
from firstspike.golden.config import HardwareConfig
from firstspike.hw.command_line import config_option, errors_as_messages
from firstspike.hw.deliver.constraints import DEFAULT_CLOCK_MHZ

SIDE = (".f", ".json", ".sdc", ".core", ".vlt", ".h", ".py")
"""Suffixes of the files for tools."""


@click.group()
def main():
    """Generates the firstspike processor."""


@main.command()
@config_option("paper")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("build/verilog"),
    show_default=True,
    help="Directory for the files.",
)
@click.option(
    "--clock",
    default=DEFAULT_CLOCK_MHZ,
    show_default=True,
    type=click.FloatRange(1, 10_000),
    metavar="MHZ",
    help="Clock of the timing constraints.",
)
@click.option(
    "--network",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Network file for this configuration: its streams, expected result and test bench go into OUTPUT/bench.",
)
def verilog(config, output, clock, network):
    """Write the processor as SystemVerilog, with what a synthesis or simulation flow needs."""
    from firstspike.hw.deliver.deliver import deliver
    from firstspike.hw.writer.verilog import FILE_LIST

    with errors_as_messages():
        loaded = HardwareConfig.load(config)
        paths, memories = deliver(loaded, output, clock, network and _network_file(network, loaded))
    modules = sum(path.suffix == ".sv" and path.parent == output for path in paths)
    console = terminal.console(soft_wrap=True)
    console.print(f"Processor {config}: {modules} modules in {output}, file list {output / FILE_LIST}")
    console.print(_memory_table(memories))
    console.print(
        f"For other flows: {', '.join(path.name for path in paths if path.parent == output and path.suffix in SIDE)}"
    )


def _network_file(path, config):
    found = network_file.load(path)
    if found.schedule.config != config:
        raise click.ClickException(
            f"{path} was made for the configuration {found.schedule.config.name}, not for this {config.name}: "
            f"`firstspike export` it with the same --config"
        )
    return found


def _memory_table(memories):
    table = Table(title="memories (1 write port, 1 synchronous read port): macros that a chip needs")
    for name in ("macro", "rows", "bits", "count"):
        table.add_column(name, justify="left" if name == "macro" else "right")
    for memory in memories:
        table.add_row(memory.macro, f"{memory.depth}", f"{memory.width}", f"{memory.count}")
    return table


if __name__ == "__main__":
    main(prog_name="python -m firstspike.hw")
