import pytest

from firstspike.golden.config import PRESETS
from firstspike.golden.streams import record_values as stream_records
from firstspike.golden.streams import result as results
from firstspike.golden.streams.records import ErrorCode, Opcode
from firstspike.sim import bench
from firstspike.verify import wrong_streams as streams
from firstspike.verify.random_networks import cases

TINY = PRESETS["tiny"]


@pytest.fixture(scope="module")
def case():
    drawn = [cases.from_seed(seed, TINY) for seed in range(40)]
    return min(
        (case for case in drawn if len(case.network_file.network.layers) > 1),
        key=lambda case: len(case.network_file.stream),
    )


def test_wrong_streams_end_as_they_must(case, tiny):
    attempts = [*streams.wrong_records(case), *streams.wrong_lengths(case)]
    recordings = bench.run_all(tiny, [attempt.stimulus for attempt in attempts])
    for attempt, recording in zip(attempts, recordings, strict=True):
        assert attempt.outcome in (None, results.error_code(recording.results)), attempt.name
    assert {attempt.outcome for attempt in attempts} >= {code for code in ErrorCode if code.name != "MEMORY"}


def test_random_records_change_the_fields_that_they_name(case):
    for attempt in streams.random_records(case, range(20)):
        changed = stream_records.places(case.network_file.stream, TINY)
        assert len(attempt.stimulus.network) == len(case.network_file.stream)
        assert attempt.name.startswith(("LAYER with random ", "PASS with random "))
        first = next(
            index
            for index, (one, other) in enumerate(zip(attempt.stimulus.network, case.network_file.stream))
            if one != other
        )
        place = max((place for place in changed if place.offset <= first), key=lambda place: place.offset)
        assert place.opcode in (Opcode.LAYER, Opcode.PASS) and first < place.offset + 32


def test_a_reset_in_a_run_leaves_nothing_behind(case, tiny):
    good = streams.stimulus(case, case.network_file.stream)
    alone = bench.run(tiny, good)
    first, second = bench.run_all(tiny, [streams.interrupted(case).stimulus, good])
    assert first.results["last"].sum() == 1
    assert second.results.tobytes() == alone.results.tobytes() and second.trace.tobytes() == alone.trace.tobytes()
