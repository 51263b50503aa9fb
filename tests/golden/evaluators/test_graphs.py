"""Networks that are no chains: the three evaluations agree, and what knows chains only refuses them."""

import numpy as np
import pytest

from firstspike.golden import formats
from firstspike.golden.codes import ttfs
from firstspike.golden.config import PRESETS
from firstspike.golden.evaluators import definitions, fast, reference, time_stepped
from firstspike.golden.evaluators.faults import Faults, FaultyEvaluator
from firstspike.golden.network import Connection, Layer, Network, NetworkError
from firstspike.golden.network_file import NetworkFile
from firstspike.golden.random_networks import random_images
from firstspike.quant.mapper import mapper
from tests.random_graphs import random_graph


def assert_equal(found, expected):
    for a, b in zip((*found.spikes, found.potentials), (*expected.spikes, expected.potentials), strict=True):
        assert a.dtype == b.dtype and a.shape == b.shape
        assert (a == b).all()


def is_chain(network):
    return all(len(layer.inputs) == 1 and layer.connection.source == -1 for layer in network.layers)


@pytest.mark.parametrize("seed", range(40))
def test_the_definitions_the_reference_and_the_fast_path_agree_on_graphs(seed):
    rng = np.random.default_rng(seed)
    network = random_graph(rng)
    images = random_images(rng, network, 2)
    expected = definitions.run(network, images)
    assert_equal(reference.run(network, images), expected)
    assert_equal(fast.run(network, images), expected)


def test_the_random_graphs_have_skips_sums_pools_of_sums_and_readers_of_the_image():
    seen, silent = set(), []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        network = random_graph(rng)
        for index, layer in enumerate(network.layers):
            seen.add("sum") if len(layer.inputs) > 1 else None
            seen.add("pool of a sum") if len(layer.inputs) > 1 and layer.pool else None
            seen.add("different strides") if len({one.window.stride for one in layer.inputs}) > 1 else None
            seen.update(
                "skip from the image" if network.source(index, one) == 0 else "skip"
                for one in layer.inputs
                if one.source < -1
            )
        silent += [(words == ttfs.SILENT).mean() for words in fast.run(network, random_images(rng, network, 1)).spikes]
    assert seen == {"sum", "pool of a sum", "different strides", "skip from the image", "skip"}
    assert 0.3 < np.mean(silent) < 0.8


def test_a_sum_of_two_connections_is_a_convolution_of_the_concatenated_maps():
    rng = np.random.default_rng(5)
    one, two = (rng.integers(0, 32, (4, channels, 3, 3), dtype=np.uint8) for channels in (2, 3))
    first = Layer.of("first", rng.integers(0, 32, (2, 1, 1, 1), dtype=np.uint8), np.zeros(2, int), np.zeros(2, int))
    second = Layer.of("second", rng.integers(0, 32, (3, 2, 1, 1), dtype=np.uint8), np.zeros(3, int), np.zeros(3, int))
    biases = rng.integers(0, 1000, 4)
    summed = Layer("sum", (Connection(one, source=-2), Connection(two)), biases, np.zeros(4, int), fires=False)
    images = rng.integers(0, 256, (3, 1, 3, 3), dtype=np.uint8)
    found = fast.run(Network("sum", (first, second, summed), (1, 3, 3)), images)

    def value(code, word):
        if word == ttfs.SILENT or code % 16 == formats.ZERO_MAGNITUDE:
            return 0
        product = formats.product(code % 16, int(word), 21)
        return -product if code >= 16 else product

    words, weights = np.concatenate(found.spikes, axis=1), np.concatenate([one, two], axis=1)
    for image, potentials in zip(words, found.potentials):
        for out, potential in enumerate(potentials):
            total = sum(value(*pair) for pair in zip(weights[out].ravel().tolist(), image.ravel().tolist()))
            assert potential == biases[out] + total


def chains_only():
    network = next(network for seed in range(99) if not is_chain(network := random_graph(np.random.default_rng(seed))))
    images = random_images(np.random.default_rng(0), network, 1)
    config = PRESETS["tiny"]
    small = Layer.of("last", np.zeros((2, 1, 1, 1), np.uint8), np.zeros(2, int), np.zeros(2, int), fires=False)
    schedule = mapper.schedule(Network("one", (small,), (1, 1, 1)), config)
    return {
        "mapper": lambda: mapper.schedule(network, config),
        "network file": lambda: NetworkFile(network, schedule, bytes(config.network_bits // 8)),
        "simulation in time": lambda: time_stepped.run(network, images),
        "fault injection": lambda: FaultyEvaluator(network).run(images, Faults()),
    }


@pytest.mark.parametrize("what", ["mapper", "network file", "simulation in time", "fault injection"])
def test_what_knows_chains_only_refuses_a_graph(what):
    with pytest.raises(NetworkError, match="chain"):
        chains_only()[what]()
