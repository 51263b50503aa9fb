import numpy as np
import pytest

from firstspike.golden import formats
from firstspike.golden.codes import ttfs
from firstspike.golden.evaluators import fast, time_stepped
from firstspike.golden.evaluators.evaluation import InputError
from firstspike.golden.network import Layer, NetworkError
from firstspike.golden.random_networks import random_images, random_network
from tests import inexact_networks


@pytest.mark.parametrize("seed", range(20))
def test_simulation_in_time_equals_the_fast_path(seed):
    rng = np.random.default_rng(seed)
    network = random_network(rng)
    images = random_images(rng, network, 2)
    found, expected = time_stepped.run(network, images), fast.run(network, images)
    assert [words.tolist() for words in found.spikes] == [words.tolist() for words in expected.spikes]
    assert found.potentials.tolist() == expected.potentials.tolist()


@pytest.mark.parametrize("time_steps, fraction_bits", [(24, 21), (31, 18), (1, 6)])
def test_a_falling_threshold_is_the_fire_rule(time_steps, fraction_bits):
    borders = [-(-threshold << bits >> 8) for bits in range(31) for threshold in (256, *ttfs.FIRE_THRESHOLDS)]
    values = sorted({border + step for border in borders for step in (-1, 0, 1)} | {-1, 0, 2**31 - 1, -(2**31)})
    offsets = np.arange(-127, 128)
    potentials = np.broadcast_to(np.array(values)[None, None, None, :], (1, len(offsets), 1, len(values)))
    words = time_stepped.fall(potentials, offsets, time_steps, fraction_bits)
    for channel, offset in enumerate(offsets.tolist()):
        assert words[0, channel, 0].tolist() == [ttfs.fire(v, offset, time_steps, fraction_bits) for v in values]


def test_a_spike_adds_the_decayed_kernel_of_its_tick():
    codes = np.arange(32, dtype=np.uint8)[:, None, None, None]
    layer = Layer.of("all codes", codes, np.full(32, 5), np.zeros(32, np.int64), fires=False)
    for tick in range(33):

        def arriving(now, tick=tick):
            return np.full((1, 1, 1, 1), now == tick, np.int8)

        potentials = time_stepped.receive(layer, arriving, 33, 21)[0, :, 0, 0]
        assert potentials.tolist() == [
            5 + (-1 if code & 16 else 1) * formats.product(code & 15, tick, 21) for code in range(32)
        ]


def test_a_window_fires_with_its_first_neuron():
    words = np.array([[[[9, 31, 4], [31, 7, 0], [1, 1, 1]]]], np.uint8)
    assert time_stepped.first_of_window(words).tolist() == [[[[7]]]]


@inexact_networks.refused
def test_a_network_that_is_not_exact_is_refused(network, message):
    with pytest.raises(NetworkError, match=message):
        time_stepped.run(network, np.zeros((1, 1, 1, 1), np.uint8))


def test_images_of_another_shape_are_refused():
    network = random_network(np.random.default_rng(1))
    with pytest.raises(InputError, match="expected images"):
        time_stepped.run(network, np.zeros((1, 1, 1, 1), np.uint8))
