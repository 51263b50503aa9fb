"""Runs tests under the package `coverage`."""

import json
import os
import subprocess
import sys

from firstspike.golden.errors import SimulationError
from firstspike.golden.paths import BUILD, ROOT

WORK = BUILD / "branches"
PACKAGES = ("golden", "hw", "quant", "sim", "flow", "report", "verify")
CONFIGURATION = """\
[run]
branch = True
parallel = True
data_file = {work}/data
source =
    {sources}
disable_warnings = no-data-collected, module-not-measured, module-not-imported
# Commands, the processes of the simulator and pytest's own, which leave their data when they end in whatever way.
patch = subprocess, fork, _exit
sigterm = True

[report]
# Compiled by numba, so that Python never runs its lines; the equality tests and the cycle model's tests run the machine code.
exclude_also =
    @numba.njit
    @njit
"""


INHERITED = "COVERAGE_PROCESS_CONFIG"
"""By it a measured process measures those that it starts; a measurement inside of a measurement has its own."""


def run(tests, packages, jobs=1):
    """Measure the branches of `packages` that `tests` meet.

    Parameters
    ----------
    tests : sequence of str
        As pytest names them.
    packages : sequence of str
    jobs : int
        Tests to run at the same time.

    Returns
    -------
    dict
        The contents of docs/verification/branches.json.

    Raises
    ------
    SimulationError
        A test fails, or a tool is missing.
    """
    WORK.mkdir(parents=True, exist_ok=True)
    configuration, report, log = WORK / "coveragerc", WORK / "report.json", WORK / "log"
    sources = "\n    ".join(str(ROOT / package) for package in packages)
    configuration.write_text(CONFIGURATION.format(work=WORK, sources=sources), encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name != INHERITED}
    with open(log, "w", encoding="utf-8") as file:
        for command, *arguments in (
            ["erase"],
            ["run", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", str(jobs), *tests],
            ["combine", "--quiet"],
            ["json", "--quiet", "-o", str(report)],
        ):
            outcome = subprocess.run(
                [sys.executable, "-m", "coverage", command, f"--rcfile={configuration}", *arguments],
                cwd=ROOT,
                env=environment,
                stdout=file,
                stderr=subprocess.STDOUT,
                check=False,
            )
            if outcome.returncode != 0:
                raise SimulationError(f"`coverage {command}` failed; its output is in {log}")
    return summarise(json.loads(report.read_text(encoding="utf-8")), tests)


def summarise(report, tests):
    """Figures by package and of every file, from a JSON report of `coverage`."""
    files = {
        name: _figures([measured["summary"]])
        for name, measured in sorted(report["files"].items())
        if measured["summary"]["num_statements"]
    }
    packages = sorted({name.partition("/")[0] for name in files})
    return {
        "tests": list(tests),
        "packages": {
            package: _figures(
                [measured["summary"] for name, measured in report["files"].items() if name.partition("/")[0] == package]
            )
            for package in packages
        },
        "files": files,
    }


def _figures(summaries):
    names = ("num_statements", "covered_lines", "num_branches", "covered_branches")
    return {name: sum(summary[name] for summary in summaries) for name in names}
