"""The command `firstspike`: one name for the commands of all packages."""

import importlib

import click
from click.shell_completion import CompletionItem

COMMANDS = {
    "sim": ("firstspike.report.run.run_command:sim", "Run images through the RTL and compare every number."),
    "golden": ("firstspike.report.golden_command:golden", "Accuracy and operation counts, without hardware."),
    "cycles": ("firstspike.report.cycles:cycles", "Predict the cycles of a model, without RTL."),
    "counts": ("firstspike.golden.__main__:counts", "Explain every count: its name, unit and meaning."),
    "export": ("firstspike.quant.__main__:export", "Write the network file of a checkpoint."),
    "inspect": ("firstspike.quant.__main__:inspect", "Show what a network file contains."),
    "describe": ("firstspike.quant.__main__:describe", "Write down what the tensors of a checkpoint mean."),
    "train": ("firstspike.quant.__main__:train", "Train a network on the processor's own numbers."),
    "verilog": ("firstspike.hw.__main__:verilog", "Write the processor as SystemVerilog."),
    "selftest": ("firstspike.sim.selftest_command:selftest", "Run the delivered test bench in other simulators."),
    "synth": ("firstspike.flow.synthesis.synthesis_command:synth", "Synthesise: resources or area, timing, power."),
    "resources": ("firstspike.flow.synthesis.synthesis_command:resources", "Write docs/resources.md."),
    "protection": ("firstspike.flow.synthesis.synthesis_command:protection", "What protected memories cost."),
    "lint": ("firstspike.flow.synthesis.synthesis_command:lint", "Check the Verilog with other tools."),
    "schematic": ("firstspike.flow.synthesis.synthesis_command:schematic", "Draw a module as SVG."),
    "power": ("firstspike.flow.power.power_command:power", "Measure the energy of a netlist."),
    "report": ("firstspike.report.energy.energy_command:report", "Estimate the energy of a network, as an HTML page."),
    "sweep": ("firstspike.report.sweep.sweep_command:sweep", "Price and time many configurations."),
    "bench": ("firstspike.report.benchmark.benchmark_command:bench", "Measure cycles, speed and memory."),
    "figures": (
        "firstspike.report.figures.figures_command:command",
        "Write or check docs/figures.json: area, cycles, speed.",
    ),
    "documents": ("firstspike.report.documents:documents", "Renew timing diagrams and error codes in the documents."),
    "verify": ("firstspike.verify.__main__:main", "Campaigns, faults, fuzzing, coverage, mutants, proofs."),
}
"""Command -> its module and attribute, and what `firstspike --help` says without importing it."""

COMPLETION = 'eval "$(_FIRSTSPIKE_COMPLETE=bash_source firstspike)"'


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called: the rest is quick, and needs no packages of extras."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, attribute = COMMANDS[name][0].split(":")
        try:
            return getattr(importlib.import_module(module), attribute)
        except ModuleNotFoundError as error:
            from firstspike.golden.terminal import missing_package

            raise missing_package(f"`firstspike {name}`", error) from None

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])

    def shell_complete(self, context: click.Context, incomplete: str) -> list[CompletionItem]:
        commands = [
            CompletionItem(name, help=summary) for name, (_, summary) in COMMANDS.items() if name.startswith(incomplete)
        ]
        return [*commands, *click.Command.shell_complete(self, context, incomplete)]


@click.command(
    cls=LazyGroup, epilog=f"Completion in bash (zsh_source and fish_source for other shells):\n\n\b\n  {COMPLETION}"
)
@click.version_option(package_name="firstspike")
def main() -> None:
    """Generates, runs and checks a processor for spiking neural networks."""
