"""One run of a compiled simulation: streams in, recordings out."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim import results, trace, verilator
from sim.build import TOP, log_end
from sim.errors import SimulationError
from sim.paths import BUILD

IDLE_MARGIN = 4096
"""Cycles beyond the processor's own watchdog after which the test bench gives up."""
POLL_SECONDS = 0.1
PROGRESS_VARIABLE = "FIRSTSPIKE_PROGRESS"


@dataclass(frozen=True, eq=False)
class Recording:
    """What the test bench recorded.

    Attributes
    ----------
    results : array of results.BEAT
        Beats of the result stream, in order.
    trace : array of trace.record(config) or None
        Spike words written, in order; None if the processor has no observation port.
    cycles : int
        From the end of reset to the end of the last run.
    seconds : float
        Wall time from the end of reset to the end of the last run.
    corrections : int
        Cycles in which the processor reported that a memory word had been corrected.
    """

    results: np.ndarray
    trace: np.ndarray | None
    cycles: int
    seconds: float
    corrections: int


def run(simulator, stimulus, *, waves=None, on_progress=None, on_run_end=None):
    """Simulate until the last run has ended.

    Parameters
    ----------
    simulator : build.Simulator
    stimulus : Stimulus
    waves : Path, optional
        FST file to write; needs a simulator built with waves.
    on_progress : function of a dict, optional
        Called now and then with the state of the test bench (cocotb_test.py).
    on_run_end : function of (array of results.BEAT, int), optional
        Called with the beats of all ended runs and the number of these runs, whenever it has grown.

    Returns
    -------
    Recording
        It may end with an error packet: `results.parse` says so.

    Raises
    ------
    SimulationError
        An assertion failed, nothing moved any more, or the simulator died; with the text of its log.
    """
    config = simulator.config
    with _directory(BUILD / "sim" / "runs") as directory:
        files = {name: directory / f"{name}.bin" for name in ("net", "img", "result", "trace")}
        files["net"].write_bytes(stimulus.network)
        files["img"].write_bytes(stimulus.images)
        plusargs = [f"+{name}_file={path}" for name, path in files.items()]
        plusargs += stimulus.plusargs(config.network_bits // 8)
        plusargs += [f"+idle_limit={2 * config.watchdog_cycles + IDLE_MARGIN}"]
        wave_file = directory / "waves.fst"
        try:
            state = _Process(simulator, directory, plusargs, wave_file if waves else None,
                             _watcher(files["result"], on_progress, on_run_end)).run()
        finally:
            # Waves are wanted most when a simulation has failed.
            if wave_file.exists():
                waves.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(wave_file, waves)
        if state["hung"]:
            raise SimulationError(f"the simulation hangs: no stream has moved for {2 * config.watchdog_cycles} cycles, "
                                  f"up to cycle {state['cycle']} (layer run {state['layer_run']})")
        return Recording(np.fromfile(files["result"], results.BEAT),
                         np.fromfile(files["trace"], trace.record(config)) if config.trace else None,
                         state["cycle"], state["seconds"], state["corrections"])


@contextlib.contextmanager
def _directory(parent):
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parent) as directory:
        yield Path(directory)


def _watcher(result_file, on_progress, on_run_end):
    """What to do with each state of the test bench."""
    reported = 0

    def watch(state):
        nonlocal reported
        if on_progress is not None:
            on_progress(state)
        if on_run_end is not None and state["ended_runs"] > reported:
            reported = state["ended_runs"]
            beats = np.fromfile(result_file, results.BEAT)
            on_run_end(beats[:np.flatnonzero(beats["last"])[reported - 1] + 1], reported)

    return watch


class _SimulatorFailed(Exception):
    """The simulator ended with a non-zero exit code. Not a RuntimeError, which those who watch may raise, too."""


class _Process(verilator.Runner):
    """The simulator as a child process whose progress file is read while it runs."""

    def __init__(self, simulator, directory, plusargs, wave_file, watch):
        super().__init__(waves=wave_file is not None)
        self._simulator = simulator
        self._directory = directory
        self._plusargs = plusargs
        self._wave_arguments = ["--trace-file", str(wave_file)] if wave_file else []
        self._progress = directory / "progress.jsonl"
        self._log = directory / "simulation.log"
        self._watch = watch
        self._state = None

    def run(self):
        """The last state reported, which is that of the finished test bench."""
        try:
            self.test(test_module="sim.cocotb_test", hdl_toplevel=TOP, hdl_toplevel_lang="verilog",
                      build_dir=self._simulator.directory, test_dir=self._directory,
                      results_xml=str(self._directory / "results.xml"), plusargs=self._plusargs,
                      test_args=self._wave_arguments, extra_env={PROGRESS_VARIABLE: str(self._progress)},
                      log_file=self._log)
        except (_SimulatorFailed, SystemExit):
            raise SimulationError(f"the simulation failed:\n{log_end(self._log)}") from None
        if self._state is None or not self._state["finished"]:
            raise SimulationError(f"the simulation ended before its time:\n{log_end(self._log)}")
        return self._state

    def _execute_cmds(self, cmds, cwd, stdout=None):
        command, = cmds
        process = subprocess.Popen(command, cwd=cwd, env=self.env, stdout=stdout, stderr=subprocess.STDOUT,
                                   start_new_session=True)
        try:
            while process.poll() is None:
                self._read_progress()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(POLL_SECONDS)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._read_progress()
        if process.returncode != 0:
            raise _SimulatorFailed

    def _read_progress(self):
        if not self._progress.exists():
            return
        lines = self._progress.read_text().splitlines(keepends=True)
        complete = [line for line in lines if line.endswith("\n")]
        if complete:
            self._state = json.loads(complete[-1])
            self._watch(self._state)
