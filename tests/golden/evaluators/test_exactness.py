from dataclasses import replace

import numpy as np
import pytest

from firstspike.golden import formats
from firstspike.golden.evaluators import exactness, reference
from firstspike.golden.network import DIRECT, TTFS, Layer, Network, NetworkError
from firstspike.golden.random_networks import random_network


def fully_connected(weights, bias=0, **network_fields):
    """Network of one output layer with one class over one row of pixels."""
    weights = np.array(weights, dtype=np.uint8)[None, :, None, None]
    layer = Layer.of("fc", weights, np.array([bias]), np.array([0]), fires=False)
    return Network("test", (layer,), (weights.shape[1], 1, 1), **network_fields)


def test_direct_input_has_the_times_of_digits_and_other_layers_those_of_spikes():
    network = random_network(np.random.default_rng(0))
    network = replace(network, input_coding=DIRECT, time_steps=7)
    assert network.in_code(0).event_times(network) == (0, 4, 8, 12, 16, 20, 24, 28, 32)
    assert network.in_code(1).event_times(network) == tuple(range(7))
    assert replace(network, input_coding=TTFS).in_code(0).event_times(network) == tuple(range(7))


def test_signed_products_are_the_products_of_the_codes_that_occur():
    network = fully_connected([3, 16 + 3, 15, 31])
    products = exactness.signed_products(network, 0, network.layers[0].connection)
    for time in range(0, 33, 4):
        assert products[3, time] == formats.product(3, time, 21) == -products[16 + 3, time]
    assert not products[[15, 31]].any()
    assert not products[[0, 4, 14]].any()


def test_a_product_that_would_lose_bits_is_refused_with_its_layer():
    exactness.require_exact(fully_connected([10], fraction_bits=18))
    with pytest.raises(
        NetworkError, match="layer fc: the product of weight code 11 and time 32 needs 19 fraction bits, but F is 18"
    ):
        exactness.require_exact(fully_connected([10, 11], fraction_bits=18))


def test_potentials_wider_than_any_processor_has_are_refused():
    exactness.require_exact(fully_connected([10], acc_bits=32))
    with pytest.raises(NetworkError, match="network test: a membrane potential has at most 32 bits, not 33"):
        exactness.require_exact(fully_connected([10], acc_bits=33))


def test_a_product_of_a_time_that_does_not_occur_is_not_asked_for():
    exactness.require_exact(fully_connected([0], fraction_bits=6, input_coding=TTFS, time_steps=1))


@pytest.mark.parametrize("seed", range(10))
def test_bounds_are_the_potentials_of_the_extreme_inputs(seed):
    network = random_network(np.random.default_rng(seed))
    layer = network.layers[-1]
    index = len(network.layers) - 1
    lowest, highest = exactness.potential_bounds(network, index)
    for channel in range(layer.out_channels):
        negative = layer.weights[channel] >= 16
        for bound, chosen in ((lowest, negative), (highest, ~negative)):
            events = [(c, y, x, 0, 1) for c, y, x in np.argwhere(chosen).tolist()]
            assert reference.membrane_potentials(network, index, events)[channel, 0, 0] == bound[channel]


def test_a_potential_that_may_overflow_is_refused_with_layer_and_channel():
    largest = (1 << 22) - 1
    # One positive weight of 1 adds 2^21 at most.
    exactness.require_exact(fully_connected([0, 16], bias=largest - (1 << 21), acc_bits=23))
    with pytest.raises(NetworkError, match=r"layer fc, output channel 0: .* from 0 to 4194304, .* fit 23 bits"):
        exactness.require_exact(fully_connected([0, 16], bias=largest + 1 - (1 << 21), acc_bits=23))
    exactness.require_exact(fully_connected([0, 16], bias=-1 - largest + (1 << 21), acc_bits=23))
    with pytest.raises(NetworkError, match="output channel 0"):
        exactness.require_exact(fully_connected([0, 16], bias=-2 - largest + (1 << 21), acc_bits=23))


def test_potentials_wider_than_a_result_word_are_refused():
    with pytest.raises(NetworkError, match="at most 32 bits, not 33"):
        exactness.require_exact(fully_connected([0], acc_bits=33))
