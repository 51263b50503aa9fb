"""What the mutants of the RTL must survive: the checks of the co-simulation tests, on a fixed set of streams."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from firstspike.golden import cycle_model
from firstspike.golden.datasets import digits
from firstspike.golden.errors import SimulationError
from firstspike.golden.streams import result as results
from firstspike.golden.streams.records import ErrorCode
from firstspike.quant import models
from firstspike.sim import simulate
from firstspike.sim.bench import Recording
from firstspike.sim.stimulus import Stimulus
from firstspike.verify import wrong_streams
from firstspike.verify.mutation import extreme_networks
from firstspike.verify.random_networks import cases

FIRST_TIER_CASES = 7
SECOND_TIER_CASES = 30
MOST_CYCLES = 30_000
"""Predicted cycles of a random case; longer ones are left out."""

MOST_SILENT = 4
"""Streams that stop, about."""

DIGIT_IMAGES = slice(40, 42)


@dataclass(frozen=True, eq=False)
class Check:
    """One stimulus and the judgement of what the processor makes of it: what is wrong, as a short text, or None."""

    name: str
    stimulus: Stimulus
    difference: Callable[[Recording], str | None]


def first_tier(config):
    """Random networks, digits, and every kind of malformed stream, between which the processor is reset."""
    random = _random_cases(config, FIRST_TIER_CASES, seed=1)
    checks = _malformed(random[0][1])
    # A good run after a broken one shows whether the reset leaves anything behind.
    for index, case in enumerate(random):
        checks.insert(4 * index + 3, _good_case(case))
    network_file = models.load("digits", config.name)
    return [*checks, _good("digits", network_file, digits.split(training=False)[0][DIGIT_IMAGES], 0.0, 1)]


def second_tier(config):
    """More random networks."""
    return [_good_case(case) for case in _random_cases(config, SECOND_TIER_CASES, seed=1000)]


def directed(config):
    """Streams that were written for mutants that survived the others."""
    # Several images in a pass: its units go on from the last row of one to the first row of the next.
    batch = models.load("digits", config.name, batch=4)
    return [
        _good("digits, four images at once", batch, digits.split(training=False)[0][:4], 0.0, 1),
        *(_good_case(case) for case in _random_cases(config, 1, seed=2000)),
        *(_good(*case, 0.0, 1) for case in extreme_networks.cases(config)),
    ]


def _random_cases(config, count, seed):
    """The first `count` cases of `verify.random_networks` from `seed` on that do not take too long."""
    found = []
    while len(found) < count:
        case = cases.from_seed(seed, config)
        network, schedule = case.network_file.network, case.network_file.schedule
        predictions = cycle_model.predict(
            network, schedule, case.images, simulate.golden(case.network_file, case.images).evaluation
        )
        if sum(prediction.cycles for prediction in predictions) <= MOST_CYCLES:
            found.append((f"random network {seed}", case))
        seed += 1
    return found


def _good_case(named):
    name, case = named
    return _good(name, case.network_file, case.images, case.stall, case.stall_seed)


def _good(name, network_file, images, stall, seed):
    """Spike words, potentials, counters, stream words and (without stalls) cycles equal those of the golden models."""
    network, schedule = network_file.network, network_file.schedule
    expected = simulate.golden(network_file, images)
    stimulus = simulate.stimulus_of(network_file, images, stall, seed)
    network_words = len(network_file.stream) // (schedule.config.network_bits // 8)
    image_words = len(stimulus.images) // 4 // stimulus.runs
    cycles = (
        [prediction.cycles for prediction in cycle_model.predict(network, schedule, images, expected.evaluation)]
        if stall == 0
        else None
    )

    def difference(recording):
        try:
            result = simulate.compared(network_file, images, expected, stimulus, recording)
        except SimulationError as error:
            return str(error)
        if not result.matches:
            return str(result.divergence or (result.counter_differences + (result.cycle_differences or []))[0])
        if {(run.network_words, run.image_words) for run in result.runs} != {(network_words, image_words)}:
            return "the stream words that DONE reports"
        if cycles is not None and [run.cycles for run in result.runs] != cycles:
            return "the cycles that DONE reports"
        return None

    return Check(name, stimulus, difference)


def _malformed(case):
    """Every error code, by streams that are wrong in one place."""
    wrong = [one for one in wrong_streams.wrong_records(case) if one.outcome != ErrorCode.TIMEOUT]
    lengths = [one for one in wrong_streams.wrong_lengths(case) if one.outcome is not None]
    # Each of these waits for the watchdog.
    silent = [one for one in lengths if one.outcome == ErrorCode.TIMEOUT]
    found = [*wrong, *(one for one in lengths if one not in silent), *silent[:: len(silent) // MOST_SILENT]]
    return [
        Check(f"{one.outcome.name}: {one.name}", one.stimulus, partial(_refused, case, one.outcome)) for one in found
    ]


def _refused(case, code, recording):
    network_file = case.network_file
    try:
        results.parse(recording.results, network_file.network, network_file.schedule, 1)
    except SimulationError as error:
        return None if error.code == code else f"expected {code.name}, got: {error}"
    return f"expected {code.name}, got a result"
