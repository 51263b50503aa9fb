"""The command `firstspike`: one name for the commands of all packages."""

import importlib

import click

COMMANDS = {
    "sim": "firstspike.report.run.run_command:sim",
    "golden": "firstspike.report.golden_command:golden",
    "cycles": "firstspike.report.cycles:cycles",
    "counts": "firstspike.golden.__main__:counts",
    "export": "firstspike.quant.__main__:export",
    "inspect": "firstspike.quant.__main__:inspect",
    "describe": "firstspike.quant.__main__:describe",
    "train": "firstspike.quant.__main__:train",
    "verilog": "firstspike.hw.__main__:verilog",
    "synth": "firstspike.flow.synthesis.synthesis_command:synth",
    "resources": "firstspike.flow.synthesis.synthesis_command:resources",
    "protection": "firstspike.flow.synthesis.synthesis_command:protection",
    "lint": "firstspike.flow.synthesis.synthesis_command:lint",
    "schematic": "firstspike.flow.synthesis.synthesis_command:schematic",
    "power": "firstspike.flow.power.power_command:power",
    "report": "firstspike.report.report_commands:report",
    "sweep": "firstspike.report.report_commands:sweep",
    "bench": "firstspike.report.report_commands:bench",
    "documents": "firstspike.report.timing_diagrams:documents",
    "verify": "firstspike.verify.__main__:main",
}
"""Command -> module and attribute; a module is imported when its command is called."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are needed: `--help` and completion stay quick."""

    def list_commands(self, context):
        return list(COMMANDS)

    def get_command(self, context, name):
        if name not in COMMANDS:
            return None
        module, attribute = COMMANDS[name].split(":")
        return getattr(importlib.import_module(module), attribute)


@click.command(cls=LazyGroup)
@click.version_option(package_name="firstspike")
def main():
    """Generates, runs and checks a processor for spiking neural networks."""
