from dataclasses import replace

import numpy as np
import pytest

from firstspike.golden import formats
from firstspike.golden.codes import ttfs
from firstspike.golden.evaluators import reference
from firstspike.golden.evaluators.evaluation import InputError
from firstspike.golden.geometry import MAX_2X2
from firstspike.golden.network import DIRECT, TTFS, Layer, Network, NetworkError
from firstspike.golden.random_networks import random_images, random_network
from tests import inexact_networks


def literal_potential(network, index, words, channel, out_y, out_x):
    """Membrane potential of one neuron: its bias and one product for each input of its window that fires."""
    layer = network.layers[index]
    potential = int(layer.biases[channel])
    for c in range(layer.in_channels):
        for tap_y in range(layer.window.kernel[0]):
            for tap_x in range(layer.window.kernel[1]):
                y = out_y * layer.window.stride + tap_y - layer.window.padding[0]
                x = out_x * layer.window.stride + tap_x - layer.window.padding[1]
                if not (0 <= y < words.shape[1] and 0 <= x < words.shape[2]) or words[c, y, x] == ttfs.SILENT:
                    continue
                code = int(layer.weights[channel, c, tap_y, tap_x])
                product = formats.product(code & 15, int(words[c, y, x]), network.fraction_bits)
                potential += -product if code & 16 else product
    return potential


@pytest.mark.parametrize("seed", range(6))
def test_potentials_are_those_of_the_window_written_out(seed):
    rng = np.random.default_rng(seed)
    network = random_network(rng)
    evaluation = reference.run(network, random_images(rng, network, 1))
    for index in range(1, len(network.layers)):
        words = evaluation.spikes[index - 1][0]
        potentials = reference.membrane_potentials(network, index, reference.map_events(network.code, words, network))
        for (channel, y, x), potential in np.ndenumerate(potentials):
            assert potential == literal_potential(network, index, words, channel, y, x)


def test_a_neuron_computes_the_documented_example():
    # Weights 1, -2^(-1/2), 0 and pixel 255 = 256 - 1: V = 255/256 * (64 - 45) * 2^15 + bias.
    layer = Layer.of(
        "fc", np.array([0, 17, 31], np.uint8)[None, :, None, None], np.array([7]), np.array([0]), fires=False
    )
    network = Network("example", (layer,), (3, 1, 1))
    images = np.full((1, 3, 1, 1), 255, dtype=np.uint8)
    assert reference.run(network, images).potentials.tolist() == [[255 * 19 * (1 << 7) + 7]]


def test_events_of_a_directly_coded_image_add_up_to_its_pixels():
    rng = np.random.default_rng(5)
    network = replace(random_network(rng), input_coding=DIRECT)
    image = random_images(rng, network, 1)[0]
    total = np.zeros(image.shape)
    for c, y, x, time, sign in reference.map_events(network.in_code(0), image, network):
        total[c, y, x] += sign * 256 * 2.0 ** (-time / 4)
    assert (total == image).all()


def test_a_ttfs_coded_image_has_one_event_for_each_bright_pixel():
    layer = Layer.of("fc", np.zeros((1, 1, 1, 4), np.uint8), np.array([0]), np.array([0]), fires=False)
    network = Network("ttfs", (layer,), (1, 1, 4), input_coding=TTFS)
    events = reference.map_events(network.in_code(0), np.array([[[0, 1, 128, 255]]], dtype=np.uint8), network)
    # 1/256 means time 32, which is too late for every T.
    assert events == [(0, 0, 2, 4, 1), (0, 0, 3, 0, 1)]


@pytest.mark.parametrize("seed", range(5))
def test_the_largest_potential_of_a_window_fires_at_its_earliest_spike_time(seed):
    rng = np.random.default_rng(seed)
    network = random_network(rng)
    layer = network.layers[0]
    potential = rng.integers(-1 << 22, 1 << 22, (layer.out_channels, 6, 4))
    potential >>= rng.integers(0, 6, (layer.out_channels, 1, 1))
    words = reference.fire(network, layer, potential)
    earliest = words.reshape(-1, 3, 2, 2, 2).min(axis=(2, 4))
    assert (reference.fire(network, layer, MAX_2X2.largest(potential, axis=1)) == earliest).all()
    assert (reference.pool(network, replace(layer, pool=MAX_2X2), words) == earliest).all()
    assert len(np.unique(earliest)) > 2


@inexact_networks.refused
def test_a_network_that_is_not_exact_is_refused(network, message):
    with pytest.raises(NetworkError, match=message):
        reference.run(network, np.zeros((1, 1, 1, 1), np.uint8))


def test_images_of_another_shape_are_refused():
    network = random_network(np.random.default_rng(6))
    with pytest.raises(InputError):
        reference.run(network, np.zeros((1, 9, 9, 9), dtype=np.uint8))
