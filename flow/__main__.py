"""Command line: other people's tools on our Verilog."""

import click

from firstspike.flow.power.power_command import power
from firstspike.flow.synthesis.synthesis_command import lint, protection, resources, schematic, synth


@click.group()
def main():
    """Synthesis, timing and power of the generated Verilog."""


for command in (synth, resources, protection, lint, schematic, power):
    main.add_command(command)


if __name__ == "__main__":
    main(prog_name="python -m firstspike.flow")
