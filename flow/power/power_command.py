"""The command `firstspike power`."""

import json
import tempfile
from pathlib import Path

import click

from firstspike.flow.synthesis.synthesis_errors import SynthesisError
from firstspike.golden import terminal
from firstspike.golden.config import ConfigurationError, HardwareConfig
from firstspike.golden.datasets import images as image_sources
from firstspike.golden.errors import SimulationError
from firstspike.golden.files import write_atomically
from firstspike.golden.paths import BUILD, ROOT
from firstspike.quant import models

OUTPUT = ROOT / "docs" / "energy" / "netlist.json"
PAGE = ROOT / "docs" / "energy.md"
RUNS = BUILD / "power"


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--model", default="digits", show_default=True, help="Name of a checkpoint in models/, or a path.")
@click.option("--images", "count", default=1, show_default=True, type=click.IntRange(min=1), help="Test images.")
@click.option(
    "--clock",
    default=100.0,
    show_default=True,
    type=click.FloatRange(1, 10_000),
    metavar="MHZ",
    help="For leakage; the other energies do not depend on it.",
)
def power(directory, model, count, clock):
    """Measure the energy per block of the netlist that `firstspike synth --target asic` left in DIRECTORY.

    Writes docs/energy/netlist.json and its section of docs/energy.md.
    """
    from firstspike.flow.power import measure
    from firstspike.flow.power import power_section as document

    console = terminal.console(soft_wrap=True)
    with terminal.errors_as_messages(SimulationError, SynthesisError, ConfigurationError, image_sources.ImagesError):
        config = HardwareConfig.load(str(directory / "verilog" / "config.json"))
        network_file = models.load(model, config.name, None)
        pixels = image_sources.for_network(network_file.network, count, network_file.schedule.batch).pixels
        RUNS.mkdir(parents=True, exist_ok=True)
        with (
            console.status("netlist at work, every net counted (minutes the first time)"),
            tempfile.TemporaryDirectory(dir=RUNS) as work,
        ):
            result, measured = measure.run(network_file, pixels, directory.resolve(), Path(work))
        if not result.matches:
            raise SimulationError(f"the netlist differs from the golden model: {result.divergence}")
        measured["clock_mhz"] = clock
        page = document.replace(PAGE.read_text(), document.section(measured))
        OUTPUT.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(OUTPUT, json.dumps(measured, indent=1).encode() + b"\n")
        write_atomically(PAGE, page.encode())
    console.print(terminal.marked("BIT-EXACT", "green", ": the netlist's results equal the golden model's"))
    console.print(document.section(measured))
    console.print(f"figures: {OUTPUT} and {PAGE}")
