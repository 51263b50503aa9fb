"""Runs checks on a simulator and says which of them notices that something is wrong."""

import re
from collections.abc import Sequence

from firstspike.golden.errors import SimulationError
from firstspike.sim import bench
from firstspike.sim.build import Simulator
from firstspike.verify.mutation.checks import Check

MOST_CYCLES = 1_000_000
"""Cycles of one check after which a mutant that goes on and on is taken for noticed."""


def noticed(simulator: Simulator, checks: Sequence[Check]) -> str | None:
    """The first difference that one of the checks finds: name of the check and what it saw.

    An assertion, a hang or an endless run of the simulation counts, too.
    """

    def watch(state):
        if state["cycle"] > MOST_CYCLES:
            raise SimulationError(f"no end after {MOST_CYCLES} cycles")

    try:
        recordings = bench.run_all(simulator, [check.stimulus for check in checks], on_progress=watch)
    except SimulationError as error:
        return f"simulation: {_last_line(error)}"
    for check, recording in zip(checks, recordings, strict=True):
        if (difference := check.difference(recording)) is not None:
            return f"{check.name}: {difference}"
    return None


def _last_line(error):
    lines = [line for line in str(error).splitlines() if line.strip()]
    named = [line for line in lines if "Assertion failed" in line or "%Error" in line]
    # Names of files without their folders, which are those of one machine.
    return re.sub(r"(?<!\S)/\S*/", "", (named or lines)[-1].strip())
