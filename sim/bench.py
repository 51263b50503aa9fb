"""A compiled simulation at work: streams in, recordings out."""

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

from firstspike.golden.errors import SimulationError
from firstspike.golden.paths import BUILD
from firstspike.golden.streams import result as results
from firstspike.golden.streams import trace
from firstspike.sim import verilator
from firstspike.sim.build import TOP, log_end

IDLE_MARGIN = 4096
"""Cycles beyond the processor's own watchdog after which the test bench gives up."""
POLL_SECONDS = 0.1
PROGRESS_VARIABLE = "FIRSTSPIKE_PROGRESS"
JOBS_VARIABLE = "FIRSTSPIKE_JOBS"
CYCLE_BITS = 48
"""A time stamp in a recording is a cycle in these low bits, and the number of the job above."""
MAX_JOBS = 256
"""Their number has 16 bits, but their arguments must fit a command line."""


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


def run(simulator, stimulus, *, waves=None, on_progress=None, on_run_end=None, further_files=None):
    """Simulate until the last run has ended.

    Parameters
    ----------
    simulator : build.Simulator
    stimulus : Stimulus
    waves : Path, optional
        FST file to write; needs a simulator built with waves.
    on_progress : function of a dict, optional
        Called now and then with the state of the test bench (cocotb_test.py).
    further_files : dict of str to bytes, optional
        Contents of files that the compiled sources want to read: `name` is passed as the plus-argument `+name_file`.
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
    (recording,) = _simulate(
        simulator, [stimulus], waves, lambda result_file: _watcher(result_file, on_progress, on_run_end), further_files
    )
    return recording


def run_all(simulator, stimuli, *, on_progress=lambda state: None, further_files=None, coverage=None):
    """Simulate several jobs in one process, with a reset before each; starting a process takes most of the time.

    Parameters
    ----------
    simulator : build.Simulator
    stimuli : sequence of Stimulus
        At most `MAX_JOBS`.
    on_progress, further_files : optional
        As for `run`.
    coverage : Path, optional
        File for what Verilator counted; needs a simulator built with coverage.

    Returns
    -------
    list of Recording

    Raises
    ------
    SimulationError
        As `run`, for any of the jobs.
    """
    return _simulate(simulator, stimuli, None, lambda result_file: on_progress, further_files, coverage)


def _simulate(simulator, stimuli, waves, watcher, further_files=None, coverage=None):
    """Recordings of all jobs. `watcher(result file)` is what is done with each state of the test bench."""
    config = simulator.config
    with _directory(BUILD / "sim" / "runs") as directory:
        files = {name: directory / name for name in ("net", "img", "result", "trace")}
        for name, content in (further_files or {}).items():
            files[name] = directory / name
            files[name].write_bytes(content)
        plusargs = [*simulator.plusargs, *(f"+{name}_file={path}" for name, path in files.items())]
        for job, stimulus in enumerate(stimuli):
            (directory / f"net{job}").write_bytes(stimulus.network)
            (directory / f"img{job}").write_bytes(stimulus.images)
            plusargs += stimulus.plusargs(config.network_bits // 8, job)
        idle_limit = 2 * config.watchdog_cycles + IDLE_MARGIN
        plusargs += [f"+idle_limit={idle_limit}"]
        if coverage is not None:
            plusargs += [f"+verilator+coverage+file+{coverage}"]
        wave_file = directory / "waves.fst"
        try:
            states = _Process(
                simulator, directory, plusargs, wave_file if waves else None, watcher(files["result"])
            ).run(len(stimuli))
        finally:
            # Waves are wanted most when a simulation has failed.
            if wave_file.exists():
                waves.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(wave_file, waves)
        for job, state in enumerate(states):
            if state["hung"]:
                raise SimulationError(
                    f"the simulation hangs: no stream has moved for {idle_limit} cycles,"
                    f" up to cycle {state['cycle']} (layer run {state['layer_run']})"
                    + (f" of job {job}" if len(states) > 1 else "")
                )
        beats = _by_job(np.fromfile(files["result"], results.BEAT), len(states))
        traces = (
            _by_job(np.fromfile(files["trace"], trace.record(config)), len(states))
            if config.trace
            else [None] * len(states)
        )
        return [
            Recording(*recorded, state["cycle"], state["seconds"], state["corrections"])
            for *recorded, state in zip(beats, traces, states)
        ]


def _by_job(records, jobs):
    """The records of each job, with cycles in place of the test bench's time stamps."""
    job = records["cycle"] >> CYCLE_BITS
    records["cycle"] &= (1 << CYCLE_BITS) - 1
    return [records[job == number] for number in range(jobs)]


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
            on_run_end(beats[: np.flatnonzero(beats["last"])[reported - 1] + 1], reported)

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
        self._ended = []
        self._read = 0

    def run(self, jobs):
        """The last state of each job."""
        try:
            self.test(
                test_module="firstspike.sim.cocotb_test",
                hdl_toplevel=TOP,
                hdl_toplevel_lang="verilog",
                build_dir=self._simulator.directory,
                test_dir=self._directory,
                results_xml=str(self._directory / "results.xml"),
                plusargs=self._plusargs,
                test_args=self._wave_arguments,
                extra_env={PROGRESS_VARIABLE: str(self._progress), JOBS_VARIABLE: str(jobs)},
                log_file=self._log,
            )
        except (_SimulatorFailed, SystemExit):
            raise SimulationError(f"the simulation failed:\n{log_end(self._log)}") from None
        if len(self._ended) != jobs:
            raise SimulationError(f"the simulation ended before its time:\n{log_end(self._log)}")
        return self._ended

    def _execute_cmds(self, cmds, cwd, stdout=None):
        (command,) = cmds
        process = subprocess.Popen(
            command, cwd=cwd, env=self.env, stdout=stdout, stderr=subprocess.STDOUT, start_new_session=True
        )
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
        states = [json.loads(line) for line in lines[self._read :] if line.endswith("\n")]
        self._read += len(states)
        self._ended += [state for state in states if state["finished"]]
        if states:
            self._watch(states[-1])
