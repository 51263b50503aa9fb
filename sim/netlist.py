"""The compiled simulation of a netlist of standard cells, in place of the processor's Verilog."""

from pathlib import Path

from firstspike.golden.config import ConfigurationError, HardwareConfig
from firstspike.golden.errors import SimulationError
from firstspike.sim.build import build

WAIVERS = Path(__file__).parent / "netlist.vlt"


def simulator(config, directory, *, waves=False, on_compile=None):
    """Compile the netlist that `firstspike synth --target asic` left in `directory`.

    Parameters
    ----------
    config : HardwareConfig
        Of the network to be simulated.
    directory : Path
    waves : bool

    Returns
    -------
    build.Simulator

    Raises
    ------
    SimulationError
        There is no netlist, or one of another configuration; or as `build.build`.
    """
    return build(config, sources(config, directory), waves=waves, on_compile=on_compile)


def sources(config, directory):
    """Paths of the netlist, the models of its cells, and the memories."""
    directory = Path(directory)
    files = [directory / "netlist.v", directory / "cells.v"]
    missing = [str(file) for file in files if not file.is_file()]
    if missing:
        raise SimulationError(
            f"no netlist in {directory} (missing: {', '.join(missing)}): make one with "
            f"`make synth CONFIG={config.name} TARGET=asic`"
        )
    try:
        synthesised = HardwareConfig.load(str(directory / "verilog" / "config.json"))
    except ConfigurationError as error:
        raise SimulationError(f"netlist in {directory}: {error}") from None
    if synthesised != config:
        raise SimulationError(
            f"the netlist in {directory} has the configuration {synthesised.name}, the network file "
            f"was scheduled for {config.name}, or they differ in a parameter"
        )
    return [*files, *sorted((directory / "verilog" / "macros").glob("firstspike_sram_*.sv")), WAIVERS]
