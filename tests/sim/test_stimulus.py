import pytest

from firstspike.golden.errors import SimulationError
from firstspike.sim.stimulus import Stimulus


def test_a_network_packet_is_the_whole_stream_and_is_sent_for_every_run():
    arguments = Stimulus(bytes(64), bytes(24), 3, 2).plusargs(8, 0)
    assert {"+net_packet_words.0=8", "+net_words.0=24", "+img_packet_words.0=2", "+img_words.0=6", "+runs.0=3"} <= set(
        arguments
    )


def test_the_stall_is_given_in_1024ths():
    assert "+stall.7=205" in Stimulus(bytes(4), bytes(4), 1, 1, stall=0.2).plusargs(4, 7)


@pytest.mark.parametrize("stall", [-0.1, 0.96, float("nan")])
def test_an_impossible_stall_is_refused(stall):
    with pytest.raises(SimulationError, match=r"share of stalled cycles must be in 0..0.95, not"):
        Stimulus(bytes(4), bytes(4), 1, 1, stall=stall)


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_an_impossible_seed_is_refused(seed):
    with pytest.raises(SimulationError, match=f"seed must be in 0..4294967295, not {seed}"):
        Stimulus(bytes(4), bytes(4), 1, 1, seed=seed)
