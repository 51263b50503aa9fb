"""Whatever is wrong with a stream, the processor answers with an error code and never hangs."""

import numpy as np
import pytest

from firstspike.golden.errors import SimulationError
from firstspike.golden.streams import records
from firstspike.golden.streams import result as results
from firstspike.golden.streams.network_stream import image_stream
from firstspike.golden.streams.records import ErrorCode
from firstspike.sim import bench
from firstspike.sim.stimulus import Stimulus


@pytest.fixture
def simulate_streams(tiny, make_network_file):
    """Function of what to change: sends a good network file with this change; returns the error code or None."""

    def simulate(network=lambda stream: stream, **settings):
        network_file, images = make_network_file(1)
        stream = image_stream(images)
        settings = {"image_packet_words": len(stream) // 4} | {
            name: value(len(stream) // 4 if name.startswith("image") else len(network_file.stream) // 4)
            for name, value in settings.items()
        }
        stimulus = Stimulus(network(network_file.stream), stream, 1, **settings)
        recording = bench.run(tiny, stimulus)
        try:
            results.parse(recording.results, network_file.network, network_file.schedule, 1)
        except SimulationError as error:
            return error.code
        return None

    return simulate


def with_field(record, name, change):
    """Function that changes one field of the first record of a stream of bytes."""

    def changed(stream):
        size = records.RECORD_BITS // 8
        values = records.unpack(record, int.from_bytes(stream[:size], "little"))
        values[name] = change(values[name])
        return records.pack(record, values).to_bytes(size, "little") + stream[size:]

    return changed


def test_the_good_streams_pass(simulate_streams):
    assert simulate_streams() is None


@pytest.mark.parametrize(
    "field, code",
    [
        ("magic", ErrorCode.BAD_MAGIC),
        ("version", ErrorCode.BAD_VERSION),
        ("fingerprint", ErrorCode.WRONG_CONFIGURATION),
    ],
)
def test_a_wrong_start_record_is_named(simulate_streams, field, code):
    assert simulate_streams(with_field(records.START, field, lambda value: value ^ 1)) == code


@pytest.mark.parametrize("opcode", [0, records.Opcode.PASS, records.Opcode.END, 5, 255])
def test_a_foreign_first_record_is_refused(simulate_streams, opcode):
    assert simulate_streams(with_field(records.START, "opcode", lambda _: opcode)) in (
        ErrorCode.BAD_MAGIC,
        ErrorCode.BAD_OPCODE,
    )


@pytest.mark.parametrize("words", [1, 7, 8, 9, 16, 40])
def test_a_stream_that_ends_early_is_named(simulate_streams, words):
    assert simulate_streams(network_packet_words=lambda _: words, network_words=lambda _: words) == ErrorCode.EARLY_END


def test_a_stream_that_lacks_its_last_word_is_named(simulate_streams):
    shorter = {"network_packet_words": lambda words: words - 1, "network_words": lambda words: words - 1}
    assert simulate_streams(**shorter) == ErrorCode.EARLY_END


def test_a_stream_that_goes_on_is_named(simulate_streams):
    longer = {"network_packet_words": lambda words: words + 1, "network_words": lambda words: words + 1}
    assert simulate_streams(lambda stream: stream + bytes(4), **longer) == ErrorCode.LATE_END


@pytest.mark.parametrize("words", [5, 8, 60])
def test_a_network_stream_that_is_cut_off_ends_with_a_timeout(simulate_streams, words):
    assert simulate_streams(network_words=lambda _: words) == ErrorCode.TIMEOUT


@pytest.mark.parametrize("words", [0, 1])
def test_an_image_stream_that_is_cut_off_ends_with_a_timeout(simulate_streams, words):
    assert simulate_streams(image_words=lambda _: words) == ErrorCode.TIMEOUT


@pytest.mark.parametrize("change", [-1, 1])
def test_an_image_of_another_length_is_named(simulate_streams, change):
    assert (
        simulate_streams(image_packet_words=lambda words: words + change, image_words=lambda words: words + change)
        == ErrorCode.IMAGE_LENGTH
    )


@pytest.mark.parametrize("seed", range(10))
def test_a_random_wrong_bit_in_a_record_never_hangs_the_processor(tiny, make_network_file, seed):
    network_file, images = make_network_file(1)
    rng = np.random.default_rng(seed)
    damaged = bytearray(network_file.stream)
    bit = int(rng.integers(3 * records.RECORD_BITS))
    damaged[bit // 8] ^= 1 << bit % 8
    stream = image_stream(images)
    recording = bench.run(tiny, Stimulus(bytes(damaged), stream, 1, len(stream) // 4))
    assert recording.results["last"].sum() == 1
