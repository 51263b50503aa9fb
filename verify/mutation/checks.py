"""What the mutants of the RTL must survive: the checks of the co-simulation tests, on a fixed set of streams."""

from collections.abc import Callable
from dataclasses import dataclass

from firstspike.golden import cycle_model
from firstspike.golden.datasets import digits
from firstspike.golden.errors import SimulationError
from firstspike.golden.streams import record_values, records
from firstspike.golden.streams import result as results
from firstspike.golden.streams.network_stream import image_stream
from firstspike.golden.streams.records import ErrorCode, Opcode
from firstspike.quant import models
from firstspike.sim import simulate
from firstspike.sim.stimulus import Stimulus
from firstspike.verify.mutation import extreme_networks
from firstspike.verify.random_networks import cases

FIRST_TIER_CASES = 7
SECOND_TIER_CASES = 30
MOST_CYCLES = 30_000
"""Predicted cycles of a random case; longer ones are left out."""

MALFORMED_SEED = 1
"""Seed of the random case whose streams are spoiled."""

DIGIT_IMAGES = slice(40, 42)


@dataclass(frozen=True, eq=False)
class Check:
    """One stimulus and the judgement of what the processor makes of it.

    Attributes
    ----------
    name : str
    stimulus : Stimulus
    difference : function of a `bench.Recording`
        Returns what is wrong, as a short text, or None.
    """

    name: str
    stimulus: Stimulus
    difference: Callable


def first_tier(config):
    """Random networks, digits, and every kind of malformed stream, between which the processor is reset."""
    random = _random_cases(config, FIRST_TIER_CASES, seed=1)
    checks = _malformed(random[0])
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
            differences = [
                *filter(None, [result.divergence]),
                *result.counter_differences,
                *(result.cycle_differences or []),
            ]
            return str(differences[0])
        if {(run.network_words, run.image_words) for run in result.runs} != {(network_words, image_words)}:
            return "the stream words that DONE reports"
        if cycles is not None and [run.cycles for run in result.runs] != cycles:
            return "the cycles that DONE reports"
        return None

    return Check(name, stimulus, difference)


def _malformed(named):
    """Every error code, by streams that are spoiled in one place."""
    _, case = named
    network_file, images = case.network_file, case.images[: case.network_file.schedule.batch]
    config = network_file.schedule.config
    stream, pixels = network_file.stream, image_stream(images)
    word_bytes = config.network_bits // 8
    words, image_words = len(stream) // word_bytes, len(pixels) // 4 // len(images)
    start, layer, pass_, *_ = record_values.places(stream, config)

    def refused(name, code, changed=stream, **settings):
        stimulus = Stimulus(changed, pixels, 1, **{"image_packet_words": image_words} | settings)

        def difference(recording):
            try:
                results.parse(recording.results, network_file.network, network_file.schedule, 1)
            except SimulationError as error:
                return None if error.code == code else f"expected {code.name}, got: {error}"
            return f"expected {code.name}, got a result"

        return Check(f"{code.name}: {name}", stimulus, difference)

    def field(record, name, value):
        return refused(
            f"{name} {value}",
            _CODES.get(name, ErrorCode.BAD_FIELD),
            record_values.with_fields(stream, record, **{name: value}),
        )

    def cut(sent):
        return refused(f"{sent} of {words} words", ErrorCode.EARLY_END, network_packet_words=sent, network_words=sent)

    large = config.ring_rows + 1
    return [
        *(
            field(start, name, value)
            for name, value in (
                ("magic", records.MAGIC ^ 1),
                ("magic", records.MAGIC ^ 1 << 31),
                ("version", records.STREAM_VERSION + 1),
                ("fingerprint", config.fingerprint ^ 1),
                ("fingerprint", config.fingerprint ^ 1 << 31),
                ("opcode", Opcode.LAYER),
                ("opcode", 0),
            )
        ),
        *(field(layer, "opcode", value) for value in (Opcode.PASS, Opcode.START, 5, 255)),
        refused("END before a layer", ErrorCode.LATE_END, record_values.with_fields(stream, layer, opcode=Opcode.END)),
        *(field(layer, name, 0) for name in ("kernel_h", "kernel_w", "units_h", "units_w", "images", "in_words")),
        field(layer, "split_log2", len(config.splits)),
        *(field(pass_, name, 0) for name in ("rows", "words", "units", "channels")),
        *(
            field(pass_, name, value)
            for name, value in (
                ("rows", large),
                ("rows", 1 << 15),
                ("rows_per_tap", 1 << 15),
                ("channels", config.lanes + 1),
            )
        ),
        *(cut(sent) for sent in (1, 8, 9, 24, 25, words // 2, words - 1)),
        refused(
            "a word more",
            ErrorCode.LATE_END,
            stream + bytes(word_bytes),
            network_packet_words=words + 1,
            network_words=words + 1,
        ),
        refused("the network stream stops", ErrorCode.TIMEOUT, network_words=words // 2),
        refused("the network stream stops in its first record", ErrorCode.TIMEOUT, network_words=3),
        refused("no image", ErrorCode.TIMEOUT, image_words=0),
        refused(
            "an image too short",
            ErrorCode.IMAGE_LENGTH,
            image_packet_words=image_words - 1,
            image_words=image_words - 1,
        ),
        refused(
            "an image too long", ErrorCode.IMAGE_LENGTH, image_packet_words=image_words + 1, image_words=image_words + 1
        ),
        refused(
            "an image that never ends",
            ErrorCode.IMAGE_LENGTH,
            image_packet_words=2 * config.image_words,
            image_words=2 * config.image_words,
        ),
    ]


_CODES = {
    "magic": ErrorCode.BAD_MAGIC,
    "version": ErrorCode.BAD_VERSION,
    "opcode": ErrorCode.BAD_OPCODE,
    "fingerprint": ErrorCode.WRONG_CONFIGURATION,
}
