"""The Python side of the test bench while the clock runs: for each job reset, then report progress until its end.

The parent process reads the lines written to the file in FIRSTSPIKE_PROGRESS: one JSON object each, with `cycle`,
`ended_runs`, `layer_run`, `finished`, `hung` and `corrections` as in testbench.sv, and `seconds` of wall time since the
reset. The number of jobs is in FIRSTSPIKE_JOBS. Where the parent dies without a chance to clean up (a worker of a cluster),
the simulation ends by itself and removes its folder, the one of that file.
"""

import json
import os
import shutil
import time
from pathlib import Path

import cocotb
from cocotb.triggers import Timer, ValueChange

PERIOD_NS = 10
"""As in testbench.sv, which has the clock."""
RESET_CYCLES = 8
CYCLES_AFTER_END = 64
"""Anything the processor still sends after its last result is recorded and found by the parser."""

FIELDS = ("cycle", "ended_runs", "layer_run", "finished", "hung", "corrections")


@cocotb.test()
async def simulate(testbench):
    parent = os.getppid()
    with open(os.environ["FIRSTSPIKE_PROGRESS"], "a", encoding="utf-8") as progress:
        testbench.rst_request.value = 1
        for _ in range(int(os.environ["FIRSTSPIKE_JOBS"])):
            await _job(testbench, progress, parent)


async def _job(testbench, progress, parent):
    testbench.rst_request.value = 1
    await Timer(RESET_CYCLES * PERIOD_NS, unit="ns")
    testbench.rst_request.value = 0
    started = time.monotonic()
    finished = False
    while not finished:
        await ValueChange(testbench.wake)
        if os.getppid() != parent:
            shutil.rmtree(Path(progress.name).parent, ignore_errors=True)
            os._exit(1)
        state = {name: int(getattr(testbench, name).value) for name in FIELDS}
        state["seconds"] = time.monotonic() - started
        finished = state["finished"]
        print(json.dumps(state), file=progress, flush=True)
    await Timer(CYCLES_AFTER_END * PERIOD_NS, unit="ns")
