"""Runs tests under the package `coverage` and writes docs/verification/branches.json."""

import json
import subprocess
import sys

from golden.files import write_atomically
from sim.errors import SimulationError
from sim.paths import BUILD, ROOT

WORK = BUILD / "branches"
PACKAGES = ("golden", "hw", "quant", "sim")
CONFIGURATION = """\
[run]
branch = True
data_file = {work}/data
source = {packages}
disable_warnings = no-data-collected

[report]
# Compiled by numba, so that Python never runs its lines; the equality tests and the cycle model's tests run the machine code.
exclude_also =
    @numba.njit
    @njit
"""


def run(tests, packages, output):
    """Measure the branches of `packages` that `tests` meet, and write the result.

    Parameters
    ----------
    tests : sequence of str
        As pytest names them.
    packages : sequence of str
    output : Path

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
    configuration.write_text(CONFIGURATION.format(work=WORK, packages=", ".join(packages)), encoding="utf-8")
    for command in (["run", f"--rcfile={configuration}", "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests],
                    ["json", f"--rcfile={configuration}", "-o", str(report)]):
        with open(log, "a", encoding="utf-8") as file:
            outcome = subprocess.run([sys.executable, "-m", "coverage", *command], cwd=ROOT, stdout=file,
                                     stderr=subprocess.STDOUT, check=False)
        if outcome.returncode != 0:
            raise SimulationError(f"`coverage {command[0]}` failed; its output is in {log}")
    summary = summarise(json.loads(report.read_text(encoding="utf-8")), tests)
    output.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(output, (json.dumps(summary, indent=2) + "\n").encode())
    return summary


def summarise(report, tests):
    """Figures by package and of every file, from a JSON report of `coverage`."""
    files = {name: _figures([measured["summary"]]) for name, measured in sorted(report["files"].items())
             if measured["summary"]["num_statements"]}
    packages = sorted({name.partition("/")[0] for name in files})
    return {
        "tests": list(tests),
        "packages": {package: _figures([measured["summary"] for name, measured in report["files"].items()
                                        if name.partition("/")[0] == package]) for package in packages},
        "files": files,
    }


def _figures(summaries):
    names = ("num_statements", "covered_lines", "num_branches", "covered_branches")
    return {name: sum(summary[name] for summary in summaries) for name in names}
