import numpy as np
import pytest

from firstspike.golden.datasets import images
from firstspike.golden.evaluators.faults import Faults, FaultyEvaluator
from firstspike.quant import models
from firstspike.verify.faults import sites, statistics


@pytest.fixture(scope="module")
def digits():
    """Network file, 20 test images, evaluator."""
    network_file = models.load("digits", "tiny")
    evaluator = FaultyEvaluator(network_file.network, sites.chunks(network_file.network, network_file.schedule))
    return network_file, images.for_network(network_file.network, 20), evaluator


def drawn(digits, memory, rate, bit=None, seed=1):
    network_file, found, _ = digits
    return statistics.draw(
        network_file.network, network_file.schedule, len(found.pixels), memory, rate, np.random.default_rng(seed), bit
    )


@pytest.mark.parametrize(
    "memory, bits",
    [
        ("weights", 5 * (16 * 9 + 32 * 16 * 9 + 32 * 32 * 9 + 10 * 32 * 4)),
        ("spikes", 20 * 5 * (16 * 64 + 32 * 16 + 32 * 4)),
        ("potentials", 20 * 32 * (16 * 64 + 32 * 64 + 32 * 16 + 10)),
        ("partial_sums", 20 * 32 * (3 * 32 * 64 + 7 * 32 * 16 + 10)),
        ("image_stream", 20 * 8 * 64),
    ],
)
def test_every_bit_of_the_memory_can_be_hit_and_as_often_as_the_rate_says(digits, memory, bits):
    assert statistics.count(drawn(digits, memory, 0.01)) == pytest.approx(0.01 * bits, abs=5 * (0.01 * bits) ** 0.5)


def test_the_network_stream_has_parameters_too(digits):
    faults = drawn(digits, "network_stream", 0.04)
    assert all(len(faults.layers[index].biases[0].flips.places) for index in range(4))
    assert not faults.layers[3].offsets


def test_one_bit_position_leaves_the_others_alone(digits):
    faults = drawn(digits, "weights", 0.01, bit=4)
    assert {bit for layer in faults.layers.values() for bit in layer.weights[0].flips.bits} == {4}


def test_a_point_can_be_repeated_and_seeds_differ(digits):
    network_file, found, evaluator = digits

    def point(seed):
        return statistics.correct(evaluator, network_file.schedule, found.pixels, found.labels, "spikes", 0.01, seed)

    assert point(1) == point(1)
    assert point(1)["flips"] != point(2)["flips"]


def test_many_faults_cost_accuracy(digits):
    network_file, found, evaluator = digits
    clean = evaluator.run(found.pixels, Faults()).classes(evaluator.network)
    wrong = statistics.correct(evaluator, network_file.schedule, found.pixels, found.labels, "potentials", 0.01, 1)
    assert wrong["correct"] < (clean == found.labels).sum()
