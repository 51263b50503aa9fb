"""Runs the test bench that `firstspike verilog --network` delivers, in other simulators than the co-simulation's own."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from firstspike.golden.errors import SimulationError
from firstspike.hw.writer.verilog import FILE_LIST
from firstspike.sim import verilator

TOP = "firstspike_bench"
BENCH = f"bench/{TOP}.sv"
COMPILED = "bench.vvp"


@dataclass(frozen=True)
class Outcome:
    """What a simulator said.

    Attributes
    ----------
    simulator : str
    passed : bool
    text : str
        Last line of the bench, or the reason why it did not run.
    """

    simulator: str
    passed: bool
    text: str


def build_icarus(directory: Path, executable: str = "iverilog") -> None:
    """Compile the bench for Icarus Verilog.

    Parameters
    ----------
    directory : Path
        What `firstspike verilog` wrote.
    executable : str

    Raises
    ------
    SimulationError
        Icarus Verilog is missing or has something to complain of, or there is no bench.
    """
    _require_bench(directory)
    if shutil.which(executable) is None:
        raise SimulationError(f"{executable} is missing: `apt-get install iverilog`")
    _run([executable, "-g2012", "-s", TOP, "-o", COMPILED, "-f", FILE_LIST, BENCH], directory)


def run_icarus(directory: Path, options: tuple[str, ...] = ()) -> Outcome:
    """What `build_icarus` made: four states, no register has a value before the reset.

    Parameters
    ----------
    directory : Path
    options : tuple of str
        As `+pause=80`.
    """
    return _outcome("Icarus Verilog", ["vvp", "-n", COMPILED, *options], directory)


def build_verilator(directory: Path, executable: Path | None = None) -> None:
    """As `build_icarus`; by default with the Verilator that compiles the co-simulation."""
    _require_bench(directory)
    environment: dict[str, str] = {}
    arguments = ["OPT_FAST=-O1", "OPT_SLOW=-O0"]
    if executable is None:
        found = verilator.find()
        executable, environment = found.executable, found.environment
        arguments = [*found.make_arguments, *arguments]
    command = [executable, "--binary", "--timing", "--top-module", TOP, "-Mdir", "obj_dir", "-F", FILE_LIST, BENCH]
    _run([*command, "-MAKEFLAGS", " ".join(arguments)], directory, environment)


def run_verilator(directory: Path, options: tuple[str, ...] = ()) -> Outcome:
    """As `run_icarus`."""
    return _outcome("Verilator", [f"obj_dir/V{TOP}", *options], directory)


SIMULATORS = ((build_verilator, run_verilator), (build_icarus, run_icarus))


def _require_bench(directory: Path) -> None:
    if not (directory / BENCH).exists():
        raise SimulationError(f"{directory / BENCH} is missing: `firstspike verilog --network FILE` writes it")


def _run(command: list, directory: Path, environment: dict[str, str] | None = None) -> None:
    # Settings of a surrounding `make verilog` must not reach Verilator's makefile.
    inherited = {name: value for name, value in os.environ.items() if name not in verilator.INHERITED}
    outcome = subprocess.run(
        command, cwd=directory, env=inherited | (environment or {}), capture_output=True, text=True, check=False
    )
    if outcome.returncode or "%Warning" in outcome.stderr:
        raise SimulationError(f"{command[0]} in {directory}: {(outcome.stderr or outcome.stdout).strip()}")


def _outcome(simulator: str, command: list, directory: Path) -> Outcome:
    outcome = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    lines = [line for line in outcome.stdout.splitlines() if line.startswith(("PASS", "FAIL"))]
    passed = outcome.returncode == 0 and bool(lines) and lines[-1].startswith("PASS")
    return Outcome(simulator, passed, lines[-1] if lines else (outcome.stderr or outcome.stdout).strip())
