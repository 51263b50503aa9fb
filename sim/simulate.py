"""A network file and images through the RTL, compared with the golden model."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from firstspike.golden import cycle_model
from firstspike.golden.counting import counts
from firstspike.golden.evaluators import fast
from firstspike.golden.evaluators.evaluation import Evaluation, InputError, require_images
from firstspike.golden.network import Network
from firstspike.golden.network_file import NetworkFile
from firstspike.golden.schedule import Schedule
from firstspike.golden.streams import result as results
from firstspike.golden.streams import trace
from firstspike.golden.streams.network_stream import image_stream
from firstspike.sim import bench, compare
from firstspike.sim.build import Simulator
from firstspike.sim.processor import simulator as processor
from firstspike.sim.stimulus import Stimulus


@dataclass(frozen=True, eq=False)
class SimulationResult:
    """What came out of one simulation of N images, and how it compares.

    Attributes
    ----------
    network_file : NetworkFile
    images : uint8 array (N, channels, height, width)
    expected : Evaluation
        What the golden model says.
    expected_counts : list of list of dict of str to int
        Golden operation counts by run and layer run.
    runs : list of results.RunResult
    layers : list of trace.LayerTrace or None
        None: the processor has no observation port.
    comparisons : list of compare.LayerComparison
    counter_differences : list of compare.CounterDifference
        Operation counters that differ from the golden counts.
    cycle_differences : list of compare.CounterDifference or None
        Cycle counters that differ from the cycle model; None: not compared, because the streams were stalled or the
        processor has no counters.
    cycles : int
        Clock cycles of the whole simulation, from reset to the last result.
    seconds : float
        Wall time of these cycles.
    """

    network_file: NetworkFile
    images: np.ndarray
    expected: Evaluation
    expected_counts: list
    runs: list
    layers: list | None
    comparisons: list
    counter_differences: list
    cycle_differences: list | None
    cycles: int
    seconds: float

    @property
    def potentials(self) -> NDArray[np.int64]:
        """int64 array (N, classes), as the processor sent them."""
        return np.concatenate([run.potentials for run in self.runs])

    @property
    def classes(self) -> NDArray[np.int64]:
        """int64 array (N,), from the processor's potentials."""
        return classes(self.network_file.network, self.potentials)

    @property
    def divergence(self) -> compare.Divergence | None:
        """The first number that differs, or None."""
        return compare.first_divergence(self.comparisons)

    @property
    def bit_exact(self) -> bool:
        """Whether all spike words, potentials and operation counters equal the golden ones."""
        return self.divergence is None and not self.counter_differences

    @property
    def matches(self) -> bool:
        """Whether it is bit-exact, and the cycles, if they were compared, equal those of the cycle model."""
        return self.bit_exact and not self.cycle_differences


@dataclass(frozen=True, eq=False)
class Golden:
    """What the golden model says about the images of a simulation.

    Attributes
    ----------
    evaluation : Evaluation
    counts : list of list of dict of str to int
        Operation counts by run and layer run.
    """

    evaluation: Evaluation
    counts: list


def golden(network_file: NetworkFile, images: NDArray[np.uint8]) -> Golden:
    """Evaluate `images` and count the operations of each run.

    Raises
    ------
    golden.evaluators.evaluation.InputError
        The images do not suit network or batch.
    """
    _require_whole_batches(network_file, images)
    network, schedule = network_file.network, network_file.schedule
    evaluation = fast.run(network, images)
    return Golden(
        evaluation,
        [
            counts.count(
                network,
                schedule,
                images[batch],
                Evaluation([spikes[batch] for spikes in evaluation.spikes], evaluation.potentials[batch]),
            )
            for batch in _batches(images, schedule)
        ],
    )


def classes(network: Network, potentials: NDArray[np.int64]) -> NDArray[np.int64]:
    """int64 array (N,) of the classes for potentials (N, classes)."""
    return Evaluation([], potentials).classes(network)


def run(
    network_file: NetworkFile,
    images: NDArray[np.uint8],
    *,
    stall: float = 0.0,
    seed: int = 1,
    waves: Path | None = None,
    simulator: Simulator | None = None,
    expected: Golden | None = None,
    on_progress: Callable[[dict], object] | None = None,
    on_run_end: Callable[[list[results.RunResult]], object] | None = None,
) -> SimulationResult:
    """Simulate a network cycle by cycle and compare everything it does with the golden model.

    Parameters
    ----------
    network_file : NetworkFile
    images : uint8 array (N, channels, height, width)
        N is a multiple of the schedule's batch.
    stall : float
        Share of cycles in which each stream pauses, at random.
    seed : int
        Of these pauses.
    waves : Path, optional
        FST file to write.
    simulator : build.Simulator, optional
        By default `processor(config)` of the schedule's configuration.
    expected : Golden, optional
        By default computed by `golden`.
    on_progress : function of a dict, optional
        Called with the state of the test bench as in `cocotb_test`.
    on_run_end : function of a list of results.RunResult, optional
        Called after each run, with the results so far.

    Returns
    -------
    SimulationResult
        Also if something differs: see its `matches` and `divergence`.

    Raises
    ------
    golden.evaluators.evaluation.InputError
        The images do not suit network or batch.
    SimulationError
        The simulation cannot be built or run, or the processor answers with an error or against its protocol.
    """
    network, schedule = network_file.network, network_file.schedule
    stimulus = stimulus_of(network_file, images, stall, seed)
    expected = expected or golden(network_file, images)
    simulator = simulator or processor(schedule.config, waves=waves is not None)

    def run_ended(beats: np.ndarray, ended: int) -> None:
        if on_run_end is not None:
            on_run_end(results.parse(beats, network, schedule, ended))

    recording = bench.run(
        simulator, stimulus, waves=waves, on_progress=on_progress, on_run_end=run_ended if on_run_end else None
    )
    return compared(network_file, images, expected, stimulus, recording)


@dataclass(frozen=True, eq=False)
class Job:
    """One of several simulations of `run_all`; the parameters of `run`, with the golden model's answer."""

    network_file: NetworkFile
    images: np.ndarray
    stall: float
    seed: int
    expected: Golden


def run_all(jobs: Sequence[Job], simulator: Simulator, *, coverage: Path | None = None) -> list[SimulationResult]:
    """Simulate several networks in one process, with a reset before each, and compare each as `run` does.

    Parameters
    ----------
    jobs : sequence of Job
    simulator : build.Simulator
        Of the configuration of all of them.
    coverage : Path, optional
        As in `bench.run_all`.

    Returns
    -------
    list of SimulationResult

    Raises
    ------
    As `run`, for any of the jobs.
    """
    stimuli = [stimulus_of(job.network_file, job.images, job.stall, job.seed) for job in jobs]
    return [
        compared(job.network_file, job.images, job.expected, stimulus, recording)
        for job, stimulus, recording in zip(jobs, stimuli, bench.run_all(simulator, stimuli, coverage=coverage))
    ]


def stimulus_of(network_file: NetworkFile, images: NDArray[np.uint8], stall: float = 0.0, seed: int = 1) -> Stimulus:
    """The streams of `run`, with its parameters and errors."""
    _require_whole_batches(network_file, images)
    stream = image_stream(images)
    return Stimulus(
        network_file.stream,
        stream,
        len(images) // network_file.schedule.batch,
        len(stream) // 4 // len(images),
        stall=stall,
        seed=seed,
    )


def compared(
    network_file: NetworkFile,
    images: NDArray[np.uint8],
    expected: Golden,
    stimulus: Stimulus,
    recording: bench.Recording,
) -> SimulationResult:
    """The SimulationResult of what the test bench recorded for this stimulus; `expected` is a `Golden`."""
    network, schedule = network_file.network, network_file.schedule
    received = results.parse(recording.results, network, schedule, stimulus.runs)
    traced = None if recording.trace is None else trace.layers(recording.trace, network, schedule, stimulus.runs)
    comparisons = compare.evaluation(
        network,
        expected.evaluation,
        traced,
        np.concatenate([one.potentials for one in received]),
        np.concatenate([one.potential_cycles for one in received]),
    )
    differences, cycle_differences = [], None
    if schedule.config.counters:
        counted = [one.counters for one in received]
        differences = compare.operations(network, schedule, expected.counts, counted)
        if stimulus.stall == 0:
            predictions = cycle_model.predict(network, schedule, images, expected.evaluation)
            cycle_differences = compare.cycles(network, schedule, predictions, counted)
    return SimulationResult(
        network_file,
        images,
        expected.evaluation,
        expected.counts,
        received,
        traced,
        comparisons,
        differences,
        cycle_differences,
        recording.cycles,
        recording.seconds,
    )


def _require_whole_batches(network_file: NetworkFile, images: NDArray[np.uint8]) -> None:
    network, batch = network_file.network, network_file.schedule.batch
    require_images(network, images)
    if len(images) == 0 or len(images) % batch:
        raise InputError(
            f"network {network.name} was scheduled for batches of {batch} images, so their number must be "
            f"a multiple of it, not {len(images)}"
        )


def _batches(images: NDArray[np.uint8], schedule: Schedule) -> list[slice]:
    return [slice(first, first + schedule.batch) for first in range(0, len(images), schedule.batch)]
