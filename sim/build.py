"""The compiled simulation of one processor, built once and then found again by what it was made from."""

import os
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import cocotb

from firstspike.golden import cache
from firstspike.golden.config import SECDED
from firstspike.golden.errors import SimulationError
from firstspike.golden.paths import BUILD
from firstspike.golden.streams.records import Packet
from firstspike.sim import verilator

TOP = "testbench"
TESTBENCH = tuple(sorted((Path(__file__).parent / "testbench").iterdir()))
FLAGS = ("--timing", "-O3", "--assert", "--x-assign", "fast", "--x-initial", "fast")
WAVE_FLAGS = ("--trace-structs",)
COVERAGE_FLAGS = ("--coverage-line", "--coverage-toggle", "--coverage-user")
WAVE_HEADERS = {"zlib.h": "zlib1g-dev", "lz4.h": "liblz4-dev"}
LOG_LINES = 20
SECONDS = "seconds"
"""File of a build with the time that it took."""


@dataclass(frozen=True)
class Simulator:
    """A compiled simulation.

    Attributes
    ----------
    directory : Path
        Holds the executable `testbench`, and in `verilog/` what it was compiled from.
    config : HardwareConfig
    waves : bool
        Whether it can record waves (and is slower for it).
    plusargs : tuple of str
        Arguments of every run that are no part of the stimulus.
    """

    directory: Path
    config: object
    waves: bool
    plusargs: tuple = ()


def build(config, sources, *, waves=False, coverage=False, defines=None, short_runs=False, on_compile=None):
    """Compile the test bench around the Verilog module `firstspike` in `sources`.

    A build that exists already for the same sources, flags and tools is used again. Two processes that want the same
    build wait for one another; an interrupted build leaves nothing that is taken for a finished one.

    Parameters
    ----------
    config : HardwareConfig
    sources : sequence of Path
        SystemVerilog files, and Verilator control files (.vlt).
    waves : bool
    coverage : bool
        Count the lines, toggles and cover statements that are met.
    defines : dict of str to int, optional
        Macros for the sources.
    short_runs : bool
        Take less time to compile, for a simulation that may be slower.
    on_compile : function of float or None, optional
        Called before the compiler, if it is needed, with the seconds that it took the last time for a configuration of this name.

    Returns
    -------
    Simulator

    Raises
    ------
    SimulationError
        A tool or header is missing, or Verilator or the compiler refuses the sources (with the end of their log).
    """
    if waves:
        _check_wave_headers()
    # Control files first: their rules hold for the files after them.
    sources = sorted(map(Path, (*TESTBENCH, *sources)), key=lambda source: source.suffix != ".vlt")
    arguments = [*FLAGS, *(WAVE_FLAGS if waves else ()), *(COVERAGE_FLAGS if coverage else ())]
    parameters = {
        "NETWORK_BITS": config.network_bits,
        "WORD_BITS": config.spike_word_bits,
        "ERROR_PACKET": int(Packet.ERROR),
    }
    defines = (
        (defines or {})
        | ({"TRACE": 1} if config.trace else {})
        | ({"SECDED": 1} if SECDED in config.protections else {})
    )
    found = verilator.find()
    make_arguments = verilator.SHORT_RUNS if short_runs else ()
    key = cache.digest(
        [arguments, parameters, defines, waves, found, cocotb.__version__, cocotb.__file__, *make_arguments], sources
    )

    def make(work):
        if on_compile is not None:
            on_compile(_last_seconds(config))
        started = time.monotonic()
        _compile(work, sources, arguments, parameters, defines, waves, make_arguments)
        (work / SECONDS).write_text(f"{time.monotonic() - started:.1f}\n")

    directory = cache.directory(BUILD / "sim" / f"{config.name}-{config.fingerprint:08x}-{key}", make)
    return Simulator(directory, config, waves)


def _compile(work, sources, arguments, parameters, defines, waves, make_arguments):
    objects, kept_sources = work / "objects", work / "verilog"
    objects.mkdir()
    kept_sources.mkdir()
    log = work / "build.log"
    try:
        verilator.Runner(waves, make_arguments).build(
            sources=[shutil.copy(source, kept_sources) for source in sources],
            hdl_toplevel=TOP,
            build_args=arguments,
            parameters=parameters,
            defines=defines,
            build_dir=objects,
            timescale=("1ns", "1ns"),
            log_file=log,
        )
    except RuntimeError:
        raise SimulationError(f"Verilator could not build the simulation (log: {log}):\n{log_end(log)}") from None
    os.replace(objects / TOP, work / TOP)
    shutil.rmtree(objects)


def _last_seconds(config):
    """Seconds that the newest build for a configuration of this name took, or None."""
    found = (BUILD / "sim").glob(f"{config.name}-*/{SECONDS}")
    newest = max(found, key=lambda file: file.stat().st_mtime, default=None)
    return None if newest is None else float(newest.read_text())


def log_end(log):
    """The errors in a log file, or its last lines if it names none."""
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    errors = [line for line in lines if re.search("%Error|%Warning|: error:", line)]
    return "\n".join((errors or lines)[-LOG_LINES:])


def _check_wave_headers():
    missing = [
        f"{header} (Debian package {package})"
        for header, package in WAVE_HEADERS.items()
        if subprocess.run(
            ["g++", "-E", "-x", "c++", "-"], input=f"#include <{header}>\n", text=True, capture_output=True
        ).returncode
    ]
    if missing:
        raise SimulationError(f"recording waves needs the header {' and '.join(missing)}")
