"""Whole networks through the processor, and what it does with streams that are none."""

from dataclasses import replace

import numpy as np
import pytest

from firstspike.golden import formats
from firstspike.golden.config import PRESETS, HardwareConfig
from firstspike.golden.counting.counters import OPERATIONS
from firstspike.golden.geometry import MAX_2X2
from firstspike.golden.random_networks import random_network
from firstspike.golden.streams import record_values as stream_records
from firstspike.golden.streams import records
from firstspike.golden.streams.records import ErrorCode, Opcode, Packet
from tests.hw.cases import check, make_case, random_case, small_case
from tests.hw.processor_bench import ProcessorBench, Session, network_beats

WATCHFUL = HardwareConfig(
    name="watchful",
    lanes=4,
    clusters=2,
    ring_rows=64,
    tile_positions=4,
    encoders=1,
    word_neurons=2,
    spike_words=256,
    image_words=64,
    network_bits=32,
    watchdog_cycles=512,
)
"""So small that a simulation is fast, and a run without progress ends soon."""

TINY_RUNS = [(1, 0), (2, 0.2), (3, 0.6), (4, 0), (5, 0.2)]
RANDOM_RUNS = [
    (10, 0.2),
    (15, 0.4),
    (19, 0.2),
    (27, 0.6),
    (34, 0),
    (46, 0.2),
    (66, 0.4),
    (112, 0.4),
    (153, 0),
    (243, 0.2),
]
"""Seeds of networks, and probabilities of pauses."""


@pytest.fixture(scope="module")
def tiny():
    return ProcessorBench(PRESETS["tiny"])


@pytest.fixture(scope="module")
def watchful():
    return ProcessorBench(WATCHFUL)


@pytest.fixture(scope="module")
def case():
    """A strided and padded convolution, one with pool, and the output layer, for one small image."""
    return small_case(4, WATCHFUL)


def test_operations_are_the_counters_of_the_golden_model(case):
    assert list(case.counts[0]) == [counter.name for counter in OPERATIONS]


@pytest.mark.parametrize("seed, stall", TINY_RUNS)
def test_random_networks_on_the_tiny_preset(tiny, seed, stall):
    case = random_case(seed, PRESETS["tiny"])
    (outcome,) = tiny.run(case.session(stall=stall, seed=seed))
    check(case, outcome)


@pytest.mark.parametrize("seed, stall", RANDOM_RUNS)
def test_random_networks_on_random_configurations(seed, stall):
    case = random_case(seed)
    (outcome,) = ProcessorBench(case.schedule.config).run(case.session(stall=stall, seed=seed))
    check(case, outcome)


def test_the_random_networks_meet_every_feature():
    cases = [random_case(seed, PRESETS["tiny"]) for seed, _ in TINY_RUNS]
    cases += [random_case(seed) for seed, _ in RANDOM_RUNS]
    layers = [layer for case in cases for layer in case.network.layers]
    runs = [run for case in cases for run in case.schedule.runs]
    passes = [pass_ for run in runs for pass_ in run.passes]
    assert {layer.pool for layer in layers} == {None, MAX_2X2} and {layer.window.stride for layer in layers} == {1, 2}
    assert {padding for layer in layers for padding in layer.window.padding} == {0, 1}
    assert {case.network.input_coding for case in cases} == {"direct", "ttfs"}
    assert {case.schedule.batch for case in cases} == {1, 2, 3}
    assert {run.split for run in runs} == {1, 2, 4}
    assert any(run.images > 1 for run in runs)
    assert any(pass_.first_channel for pass_ in passes), "groups of output channels"
    assert any(not pass_.last_chunk for pass_ in passes), "chunks of input channels"
    assert any(pass_.first_unit for pass_ in passes), "tiles"


def test_other_time_steps_fraction_bits_and_accumulator_width():
    rng = np.random.default_rng(19)
    widths = {"time_steps": 9, "fraction_bits": 18, "acc_bits": 26}

    def scaled(layer):
        magnitude = layer.weights & 15
        exact = np.where(magnitude == formats.ZERO_MAGNITUDE, magnitude, magnitude % 11)  # at F = 18
        return replace(layer.with_weights(layer.weights & 16 | exact), biases=layer.biases >> 3)

    network = random_network(rng, most_layers=2)
    network = replace(network, layers=tuple(map(scaled, network.layers)), **widths)
    case = make_case(network, WATCHFUL.model_copy(update=widths), 1, rng)
    (outcome,) = ProcessorBench(case.schedule.config).run(case.session(stall=0.2))
    check(case, outcome)


def test_a_processor_without_counters_and_trace_gives_the_same_potentials(case):
    config = WATCHFUL.model_copy(update={"counters": False, "trace": False})
    (outcome,) = ProcessorBench(config).run(case.session(stall=0.2))
    assert (case.potentials(outcome) == case.evaluation.potentials).all()
    assert {kind for kind, *_ in outcome.packets} == {Packet.POTENTIALS, Packet.DONE}
    assert not outcome.trace


def test_the_same_network_packet_runs_again_with_other_images(watchful, case):
    again = make_case(case.network, WATCHFUL, 1, np.random.default_rng(12))
    first, second = case.session(), again.session()
    (outcome,) = watchful.run(Session(first.network + second.network, first.images + second.images, ends=2, stall=0.2))
    end = next(index for index, (_, last) in enumerate(outcome.words) if last) + 1
    words, trace = outcome.words, outcome.trace
    border = next(index for index in range(1, len(trace)) if trace[index][0] < trace[index - 1][0])
    outcome.words, outcome.trace = words[:end], trace[:border]
    check(case, outcome)
    outcome.words, outcome.trace = words[end:], trace[border:]
    check(again, outcome)


def test_a_sink_that_is_not_ready_for_long_is_no_error(watchful, case):
    (outcome,) = watchful.run(case.session(sink_starts=3000))
    check(case, outcome)
    assert sum(counted["cycles_wait_result"] for _, counted in outcome.counters) > 1000


@pytest.mark.parametrize(
    "starts", [(0, 0, 0), (0, 1, 2), (1, 0, 0), (2, 5, 1), (0, 150, 0), (150, 0, 3), (31, 77, 400)]
)
def test_the_streams_may_begin_in_any_cycle(watchful, case, starts):
    network, images, sink = starts
    (outcome,) = watchful.run(case.session(network_starts=network, image_starts=images, sink_starts=sink))
    check(case, outcome)


def test_no_output_answers_to_an_input_in_the_same_cycle(watchful, case):
    watchful.run(case.session(stall=0.3, probe=True))


def check_error(bench, session, code):
    """The run ends with one ERROR packet; then every input is accepted and dropped, and nothing more is sent."""
    session.cycles_after = 4 * (len(session.network) + len(session.images))
    (outcome,) = bench.run(session)
    kind, _, payload, last = outcome.packets[-1]
    assert (kind, payload, last) == (Packet.ERROR, [code], True)
    assert Packet.DONE not in [kind for kind, *_ in outcome.packets[:-1]]
    assert sum(last for _, last in outcome.words) == 1
    assert outcome.network_taken == len(session.network)
    assert outcome.image_taken == len(session.images)


JUNK = [(word * 0x1234567 & 0xFFFFFFFF, word % 50 == 49) for word in range(150)]


@pytest.mark.parametrize(
    "opcode, changes, code",
    [
        (Opcode.START, {"magic": records.MAGIC ^ 1 << 31}, ErrorCode.BAD_MAGIC),
        (Opcode.START, {"version": records.STREAM_VERSION + 1}, ErrorCode.BAD_VERSION),
        (Opcode.START, {"fingerprint": PRESETS["tiny"].fingerprint}, ErrorCode.WRONG_CONFIGURATION),
        (Opcode.START, {"opcode": Opcode.LAYER}, ErrorCode.BAD_OPCODE),
        (Opcode.LAYER, {"opcode": Opcode.START}, ErrorCode.BAD_OPCODE),
        (Opcode.LAYER, {"opcode": 0}, ErrorCode.BAD_OPCODE),
        (Opcode.LAYER, {"opcode": Opcode.PASS}, ErrorCode.BAD_OPCODE),
        (Opcode.LAYER, {"opcode": 5}, ErrorCode.BAD_OPCODE),
        (Opcode.PASS, {"opcode": 255}, ErrorCode.BAD_OPCODE),
        (Opcode.PASS, {"opcode": Opcode.START}, ErrorCode.BAD_OPCODE),
        (Opcode.END, {"opcode": 6}, ErrorCode.BAD_OPCODE),
        (Opcode.LAYER, {"opcode": Opcode.END}, ErrorCode.LATE_END),
        (Opcode.LAYER, {"split_log2": 2}, ErrorCode.BAD_FIELD),
        (Opcode.LAYER, {"kernel_h": 0}, ErrorCode.BAD_FIELD),
        (Opcode.LAYER, {"kernel_w": 0}, ErrorCode.BAD_FIELD),
        (Opcode.LAYER, {"units_h": 0}, ErrorCode.BAD_FIELD),
        (Opcode.LAYER, {"units_w": 0}, ErrorCode.BAD_FIELD),
        (Opcode.LAYER, {"in_words": 0}, ErrorCode.BAD_FIELD),
        (Opcode.LAYER, {"images": 0}, ErrorCode.BAD_FIELD),
        (Opcode.LAYER, {"in_image_stride": 1}, ErrorCode.IMAGE_LENGTH),
        (Opcode.PASS, {"rows": 0, "rows_per_tap": 0}, ErrorCode.BAD_FIELD),
        (Opcode.PASS, {"rows": WATCHFUL.ring_rows + 1}, ErrorCode.BAD_FIELD),
        (Opcode.PASS, {"rows_per_tap": WATCHFUL.ring_rows}, ErrorCode.BAD_FIELD),
        (Opcode.PASS, {"words": 0}, ErrorCode.BAD_FIELD),
        (Opcode.PASS, {"units": 0}, ErrorCode.BAD_FIELD),
        (Opcode.PASS, {"channels": 0}, ErrorCode.BAD_FIELD),
        (Opcode.PASS, {"channels": WATCHFUL.lanes + 1}, ErrorCode.BAD_FIELD),
        (Opcode.PASS, {"words": 4095}, ErrorCode.TIMEOUT),  # more rows than the pass brings
    ],
)
def test_a_wrong_record_ends_the_run(watchful, case, opcode, changes, code):
    place = next(place for place in stream_records.places(case.stream, WATCHFUL) if place.opcode == opcode)
    beats = network_beats(stream_records.with_fields(case.stream, place, **changes), WATCHFUL)
    check_error(watchful, Session(beats + JUNK, case.session().images + JUNK, stall=0.2), code)


@pytest.mark.parametrize(
    "code, beats",
    [
        (ErrorCode.BAD_MAGIC, lambda beats: JUNK),
        (ErrorCode.BAD_MAGIC, lambda beats: beats[1:]),
        (ErrorCode.BAD_MAGIC, lambda beats: beats[16:]),
        (ErrorCode.LATE_END, lambda beats: [(word, False) for word, _ in beats]),
        (ErrorCode.LATE_END, lambda beats: [(word, False) for word, _ in beats] + JUNK),
        (ErrorCode.LATE_END, lambda beats: [(word, False) for word, _ in beats] + [(0, True)]),
    ],
    ids=["foreign", "word lost", "no START", "no tlast, silence", "no tlast, more", "one word more"],
)
def test_a_wrong_network_packet_ends_the_run(watchful, case, code, beats):
    session = case.session(stall=0.1)
    session.network = beats(session.network)
    check_error(watchful, session, code)


def places(beats):
    """Numbers of words after which to cut the stream: around its first records, then now and then."""
    return [*range(1, 40), *range(40, len(beats), max(1, len(beats) // 20)), len(beats) - 1]


def check_errors(bench, sessions, code):
    for number, outcome in enumerate(bench.run(*sessions)):
        kind, _, payload, last = outcome.packets[-1]
        assert (number, kind, payload, last) == (number, Packet.ERROR, [code], True)


def test_an_early_tlast_ends_the_run_wherever_it_stands(watchful, case):
    beats = case.session().network
    sessions = []
    for place in places(beats):
        cut = beats[: place - 1] + [(beats[place - 1][0], True)]
        sessions.append(Session(cut + JUNK, case.session().images))
    check_errors(watchful, sessions, ErrorCode.EARLY_END)


def test_a_stream_that_stops_ends_the_run_wherever_it_stops(watchful, case):
    session = case.session()
    sessions = [Session(session.network[:place], session.images) for place in places(session.network)[::3]]
    check_errors(watchful, sessions, ErrorCode.TIMEOUT)


def test_a_processor_without_a_stream_waits_for_ever(watchful):
    (outcome,) = watchful.run(Session([], [], reset_after=3 * WATCHFUL.watchdog_cycles))
    assert outcome.words == []


@pytest.mark.parametrize(
    "code, beats",
    [
        (ErrorCode.IMAGE_LENGTH, lambda beats: beats[:-2] + [(0, True)]),
        (ErrorCode.IMAGE_LENGTH, lambda beats: [(0, True)]),
        (ErrorCode.IMAGE_LENGTH, lambda beats: [(0, False)] + beats),
        (ErrorCode.IMAGE_LENGTH, lambda beats: [(0, False)] * 3 * WATCHFUL.image_words),
        (ErrorCode.TIMEOUT, lambda beats: []),
        (ErrorCode.TIMEOUT, lambda beats: beats[:-1]),
    ],
    ids=["too short", "one word", "too long", "endless", "missing", "stops"],
)
def test_a_wrong_image_ends_the_run(watchful, case, code, beats):
    session = case.session(stall=0.1)
    session.images = beats(session.images)
    check_error(watchful, session, code)


def test_the_images_before_a_wrong_one_are_processed(watchful, case):
    case = make_case(case.network, WATCHFUL, 2, np.random.default_rng(13))
    session = case.session()
    session.images = session.images[:-1]
    check_error(watchful, session, ErrorCode.TIMEOUT)
    session.images[-1] = (session.images[-1][0], True)
    check_error(watchful, session, ErrorCode.IMAGE_LENGTH)


def test_reset_recovers_from_an_error(watchful, case):
    good = case.session(stall=0.2)
    wrong = [Session(JUNK, JUNK), Session(good.network, [(0, True)]), Session(good.network[:50], good.images)]
    *failed, outcome = watchful.run(*wrong, good)
    assert [outcome.packets[-1][2] for outcome in failed] == [
        [ErrorCode.BAD_MAGIC],
        [ErrorCode.IMAGE_LENGTH],
        [ErrorCode.TIMEOUT],
    ]
    check(case, outcome)


def test_reset_recovers_from_the_middle_of_a_run(watchful, case):
    cycles = watchful.run(case.session())[0].packets[-1][2][2]
    for reset_after in range(cycles // 6, cycles, cycles // 4):
        _, outcome = watchful.run(case.session(reset_after=reset_after), case.session())
        check(case, outcome)
