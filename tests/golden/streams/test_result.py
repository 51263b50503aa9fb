import numpy as np
import pytest

from firstspike.golden.counting import counters
from firstspike.golden.errors import SimulationError
from firstspike.golden.streams import result as results
from firstspike.golden.streams.records import ERROR_TEXTS, ErrorCode, Packet


def packet(kind, index, *payload):
    return [len(payload) | index << 8 * 2 | kind << 8 * 3, *(word & 0xFFFFFFFF for word in payload)]


def beats(*packets, last=None):
    words = sum(packets, [])
    recorded = np.zeros(len(words), results.BEAT)
    recorded["data"] = words
    recorded["cycle"] = np.arange(len(words)) + 10
    ends = np.cumsum([len(words) for words in packets]) - 1
    recorded["last"][[end for end, words in zip(ends, packets) if words[0] >> 24 in (Packet.DONE, Packet.ERROR)]] = 1
    return recorded


POTENTIALS = packet(Packet.POTENTIALS, 0, 0, 5, -6)
COUNTERS = [packet(Packet.COUNTERS, layer, *range(layer, layer + len(counters.ALL))) for layer in (0, 1)]
DONE = packet(Packet.DONE, 0, 100, 2, 60)


@pytest.fixture
def parse(two_layers, two_layer_schedule):
    return lambda recorded, runs=1: results.parse(recorded, two_layers, two_layer_schedule, runs)


def test_a_run_is_read_completely(parse):
    (run,) = parse(beats(POTENTIALS, *COUNTERS, DONE))
    assert run.potentials.tolist() == [[5, -6]]
    assert run.potential_cycles.tolist() == [[12, 13]]
    assert run.counters[1] == {counter.name: 1 + index for index, counter in enumerate(counters.ALL)}
    assert (run.network_words, run.image_words, run.cycles) == (100, 2, 60)


def test_potentials_may_come_in_parts_and_late(parse):
    halves = packet(Packet.POTENTIALS, 0, 1, -6), packet(Packet.POTENTIALS, 0, 0, 5)
    (run,) = parse(beats(halves[0], *COUNTERS, halves[1], DONE))
    assert run.potentials.tolist() == [[5, -6]]


@pytest.mark.parametrize("code", list(ErrorCode))
def test_an_error_packet_becomes_an_error_with_its_text(parse, code):
    with pytest.raises(SimulationError) as caught:
        parse(beats(POTENTIALS, packet(Packet.ERROR, 0, code)))
    assert caught.value.code == code
    assert ERROR_TEXTS[code] in str(caught.value)


@pytest.mark.parametrize(
    "packets, message",
    [
        ((packet(Packet.ERROR, 0, 99),), "unknown error 99"),
        ((POTENTIALS, *COUNTERS), "ends before the end of run 0"),
        ((packet(Packet.POTENTIALS, 0, 0, 5), *COUNTERS, DONE), "image 0, channel 1 came 0 times"),
        ((POTENTIALS, POTENTIALS, *COUNTERS, DONE), "image 0, channel 0 came 2 times"),
        ((packet(Packet.POTENTIALS, 1, 0, 5, -6), *COUNTERS, DONE), "image 1 of a batch of 1"),
        ((packet(Packet.POTENTIALS, 0, 1, 5, -6), *COUNTERS, DONE), "channels 1 to 2 of 2"),
        ((packet(Packet.POTENTIALS, 0, 0), *COUNTERS, DONE), "without a potential"),
        ((POTENTIALS, COUNTERS[0], DONE), "counters of 1 layer runs instead of 2"),
        ((POTENTIALS, *reversed(COUNTERS), DONE), "counters of layer 1 where those of layer 0"),
        ((POTENTIALS, *COUNTERS, COUNTERS[1], DONE), "counters of more than 2 layer runs"),
        ((POTENTIALS, packet(Packet.COUNTERS, 0, 1)), "1 counters instead of"),
        ((POTENTIALS, *COUNTERS, packet(Packet.DONE, 0, 1)), "DONE has 1 words instead of 3"),
        ((POTENTIALS, *COUNTERS, DONE, POTENTIALS), "packet of type 1 in cycle 66 follows the last run"),
        ((packet(9, 0, 1),), "unknown packet type 9"),
    ],
)
def test_a_stream_that_breaks_the_rules_is_refused(parse, packets, message):
    with pytest.raises(SimulationError, match=message):
        parse(beats(*packets))


def test_a_truncated_packet_is_refused(parse):
    with pytest.raises(SimulationError, match="should have 3 words, but the stream ends after 2"):
        parse(beats(POTENTIALS)[:-1])


@pytest.mark.parametrize("position", [1, 3, -1])
def test_a_misplaced_tlast_is_refused(parse, position):
    recorded = beats(POTENTIALS, *COUNTERS, DONE)
    recorded["last"][position] ^= 1
    with pytest.raises(SimulationError, match="tlast must mark the last word of DONE and ERROR packets only"):
        parse(recorded)
