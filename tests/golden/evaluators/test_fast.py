from dataclasses import replace

import numpy as np
import pytest

from firstspike.golden.codes import ttfs
from firstspike.golden.evaluators import fast, reference
from firstspike.golden.evaluators.evaluation import InputError
from firstspike.golden.network import Layer, Network, NetworkError
from firstspike.golden.random_networks import random_images, random_network
from tests import inexact_networks


def assert_equal(found, expected):
    assert len(found.spikes) == len(expected.spikes)
    for a, b in zip((*found.spikes, found.potentials), (*expected.spikes, expected.potentials)):
        assert a.dtype == b.dtype and a.shape == b.shape
        assert (a == b).all()


@pytest.mark.parametrize("seed", range(100))
def test_the_fast_path_equals_the_reference(seed):
    rng = np.random.default_rng(1000 + seed)
    network = replace(random_network(rng), time_steps=int(rng.integers(1, 32)), fraction_bits=int(rng.integers(20, 22)))
    images = random_images(rng, network, int(rng.integers(1, 4)))
    assert_equal(fast.run(network, images), reference.run(network, images))


def test_the_random_networks_have_every_kind_of_geometry():
    seen = set()
    for seed in range(100):
        network = random_network(np.random.default_rng(1000 + seed))
        seen.add(network.input_coding)
        for layer, (_, *in_map) in zip(network.layers, network.maps()):
            seen.add(f"stride {layer.window.stride}")
            if layer.window.kernel[0] != layer.window.kernel[1]:
                seen.add("rectangular kernel")
            if in_map[0] != in_map[1]:
                seen.add("rectangular map")
            if layer.pool and any(size % 2 for size in layer.conv_map(in_map)):
                seen.add("pool drops a row or column")
            if layer.window.padding[0] != layer.window.padding[1]:
                seen.add("uneven padding")
            if (layer.weights & 15 == 15).any():
                seen.add("zero weight")
    assert seen == {
        "direct",
        "ttfs",
        "stride 1",
        "stride 2",
        "rectangular kernel",
        "rectangular map",
        "pool drops a row or column",
        "uneven padding",
        "zero weight",
    }


def test_the_spikes_of_the_random_networks_tell_something():
    times = []
    for seed in range(30):
        rng = np.random.default_rng(1000 + seed)
        network = random_network(rng)
        times += [words.ravel() for words in fast.run(network, random_images(rng, network, 2)).spikes]
    count = np.bincount(np.concatenate(times), minlength=32)
    assert (count[:24] > 20).all() and count[24:31].sum() == 0
    assert 0.2 < count[31] / count.sum() < 0.8


@inexact_networks.refused
def test_a_network_that_is_not_exact_is_refused(network, message):
    with pytest.raises(NetworkError, match=message):
        fast.Evaluator(network)


def test_the_largest_potentials_are_exact():
    # 1023 weights of 1 and a bias: every pixel 255 gives one LSB less than the largest potential and 1023 * 2^13 less.
    layer = Layer.of("fc", np.zeros((1, 1023, 1, 1), np.uint8), np.array([(1 << 21) - 1]), np.array([0]), fires=False)
    network = Network("large", (layer,), (1023, 1, 1))
    images = np.full((1, 1023, 1, 1), 255, dtype=np.uint8)
    assert fast.run(network, images).potentials.tolist() == [[(1 << 31) - 1 - 1023 * (1 << 13)]]


@pytest.mark.parametrize("fraction_bits", [21, 6])
def test_spike_time_borders_are_the_fire_rule_turned_around(fraction_bits):
    offsets = np.array([-127, -60, -21, -3, -2, -1, 0, 1, 2, 3, 40, 83, 84, 85, 127])
    borders = ttfs.spike_time_borders(offsets, 24, fraction_bits)
    for offset, row in zip(offsets.tolist(), borders.tolist()):
        for time, border in enumerate(row):
            assert border >= 1
            if border >= 1 << 31:
                assert ttfs.fire((1 << 31) - 1, offset, 24, fraction_bits) > time
                continue
            assert ttfs.fire(border, offset, 24, fraction_bits) <= time
            assert ttfs.fire(border - 1, offset, 24, fraction_bits) > time


def test_an_evaluator_gives_the_same_for_each_batch():
    rng = np.random.default_rng(7)
    network = random_network(rng)
    images = random_images(rng, network, 5)
    evaluator = fast.Evaluator(network)
    whole = evaluator.run(images)
    for n in range(5):
        assert (evaluator.run(images[n : n + 1]).potentials == whole.potentials[n : n + 1]).all()
    assert evaluator.run(images[:0]).potentials.shape == (0, network.layers[-1].out_channels)


def test_images_of_another_shape_are_refused():
    network = random_network(np.random.default_rng(6))
    with pytest.raises(InputError):
        fast.run(network, np.zeros((1, 9, 9, 9), dtype=np.uint8))
