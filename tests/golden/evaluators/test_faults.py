from dataclasses import replace

import numpy as np
import pytest

from firstspike.golden.evaluators import fast, reference
from firstspike.golden.evaluators.faults import Faults, FaultyEvaluator, Flips, LayerFaults, LocalFlips
from firstspike.golden.network import NetworkError
from firstspike.golden.random_networks import random_images, random_network


@pytest.fixture(params=range(6))
def case(request):
    """(random generator, network, three images)."""
    rng = np.random.default_rng(request.param)
    network = random_network(rng)
    return rng, network, random_images(rng, network, 3)


def require_equal(one, other):
    for expected, got in zip((*one.spikes, one.potentials), (*other.spikes, other.potentials), strict=True):
        np.testing.assert_array_equal(expected, got)


def chunks(network):
    return [tuple(range(0, layer.in_channels, 3)) for layer in network.layers]


def flips(places, bits):
    return Flips(np.array(places), np.array(bits, np.uint8))


def test_without_faults_it_is_the_fast_path(case):
    _, network, images = case
    require_equal(fast.run(network, images), FaultyEvaluator(network, chunks(network)).run(images, Faults()))


def test_flips_turn_bits_over_and_twice_is_not_at_all():
    values = np.array([[1, -1], [0, 5]], np.int32)
    assert flips([0, 1, 3, 3], [0, 31, 2, 2]).apply(values).tolist() == [[0, 2**31 - 1], [0, 5]]
    assert values.tolist() == [[1, -1], [0, 5]]


def test_flipped_pixels_are_another_image(case):
    rng, network, images = case
    wrong = flips(rng.choice(images.size, 5, replace=False), rng.integers(8, size=5))
    require_equal(fast.run(network, wrong.apply(images)), FaultyEvaluator(network).run(images, Faults([wrong])))


def test_flipped_weights_and_parameters_are_another_network(case):
    rng, network, images = case
    layer = network.layers[0]
    weights = flips(rng.choice(layer.weights.size, 3, replace=False), rng.integers(5, size=3))
    biases, offsets = flips([0], [18]), flips([layer.out_channels - 1], [1])
    wrong = replace(
        layer.with_weights(weights.apply(layer.weights)),
        biases=biases.apply(layer.biases),
        offsets=offsets.apply(layer.offsets.astype(np.int8)).astype(np.int64),
    )
    faults = Faults(
        layers={
            0: LayerFaults(weights=[LocalFlips(weights)], biases=[LocalFlips(biases)], offsets=[LocalFlips(offsets)])
        }
    )
    require_equal(
        fast.run(replace(network, layers=(wrong, *network.layers[1:])), images),
        FaultyEvaluator(network, chunks(network)).run(images, faults),
    )


def test_local_flips_change_their_units_only_and_add_up(case):
    rng, network, images = case
    layer = network.layers[0]
    height, width = layer.out_map(images.shape[2:])
    units = rng.random((3, height, width)) < 0.5
    one, other = flips([0], [1]), flips([layer.weights.size - 1], [4])

    def first_spikes(*local):
        faults = Faults(layers={0: LayerFaults(weights=list(local))})
        return FaultyEvaluator(network).run(images, faults).spikes[0]

    both = first_spikes(LocalFlips(one), LocalFlips(other))
    mixed = first_spikes(LocalFlips(one, units), LocalFlips(other, units))
    shown = np.broadcast_to(units[:, np.newaxis], mixed.shape)
    np.testing.assert_array_equal(mixed[shown], both[shown])
    np.testing.assert_array_equal(mixed[~shown], first_spikes()[~shown])


def test_flipped_spikes_are_what_the_next_layer_reads_but_not_what_is_written(case):
    rng, network, images = case
    clean = fast.run(network, images)
    stored = clean.spikes[0][0]
    # Another time inside of the range, so that the reference knows it.
    spiking = np.flatnonzero((stored.reshape(-1) < 23) & (stored.reshape(-1) != 22))
    wrong = flips(spiking[:4], [0] * len(spiking[:4]))
    faults = Faults(layers={0: LayerFaults(spikes=[wrong])})
    found = FaultyEvaluator(network).run(images[:1], faults)
    np.testing.assert_array_equal(found.spikes[0][0], stored)
    potential = reference.membrane_potentials(
        network, 1, reference.map_events(network.code, wrong.apply(stored), network)
    )
    layer = network.layers[1]
    if layer.fires:
        words = reference.pool(network, layer, reference.fire(network, layer, potential))
        np.testing.assert_array_equal(found.spikes[1][0], words)
    else:
        np.testing.assert_array_equal(found.potentials[0], potential[:, 0, 0])


def test_a_flip_of_a_finished_sum_is_a_power_of_two(case):
    _, network, images = case
    last = len(network.layers) - 1
    clean = FaultyEvaluator(network).run(images, Faults())
    for bit in (0, 7, 30):
        faults = Faults(layers={last: LayerFaults(sums=[(0, flips([0], [bit]))])})
        change = FaultyEvaluator(network).run(images, faults).potentials - clean.potentials
        assert abs(int(change[0, 0])) == 1 << bit and np.count_nonzero(change) == 1


def test_flips_of_sums_wait_for_their_chunk():
    rng = np.random.default_rng(0)
    network = random_network(rng)
    images = random_images(rng, network, 1)
    last = len(network.layers) - 1
    starts = chunks(network)
    starts[last] = (0, 1) if network.layers[last].in_channels > 1 else (0,)
    assert len(starts[last]) == 2
    evaluator = FaultyEvaluator(network, starts)
    clean = evaluator.run(images, Faults()).potentials[0, 0]

    def flipped(chunk):
        return evaluator.run(
            images, Faults(layers={last: LayerFaults(sums=[(chunk, flips([0], [bit])) for bit in range(12)])})
        ).potentials[0, 0]

    # All low bits inverted: v becomes 4095 - v modulo 4096, of the sum at that time.
    assert flipped(0) != clean and flipped(1) != clean and flipped(0) != flipped(1)


def test_networks_of_other_formats_are_refused():
    rng = np.random.default_rng(0)
    network = random_network(rng)
    coarse = replace(
        network,
        fraction_bits=18,
        layers=tuple(layer.with_weights(np.full_like(layer.weights, 15)) for layer in network.layers),
    )
    with pytest.raises(NetworkError, match="loses no bit|lose no bit"):
        FaultyEvaluator(coarse)
    narrow = replace(
        network,
        acc_bits=31,
        layers=tuple(layer.with_weights(np.full_like(layer.weights, 15)) for layer in network.layers),
    )
    with pytest.raises(NetworkError, match="potentials of 32 bits, not 31"):
        FaultyEvaluator(narrow)
