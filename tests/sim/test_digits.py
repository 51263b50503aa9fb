"""The shipped network for handwritten digits, from its checkpoint to the RTL."""

import numpy as np
import pytest

from firstspike import golden, quant, sim
from firstspike.golden.datasets import digits, images


@pytest.fixture(scope="module")
def network_file():
    return quant.export("models/digits.safetensors", "tiny")


def test_at_least_97_percent_of_the_test_images_are_right(network_file):
    found = images.for_network(network_file.network)
    assert len(found.labels) == digits.TEST_IMAGES
    classes = golden.run(network_file, found.pixels).classes(network_file.network)
    assert (classes == found.labels).mean() >= 0.97


def test_the_rtl_is_bit_exact_on_test_images(tiny, network_file):
    pixels, labels = digits.split(training=False)
    chosen = slice(40, 46)
    result = sim.run(network_file, pixels[chosen], simulator=tiny)
    assert result.matches
    assert np.array_equal(result.classes, golden.run(network_file, pixels[chosen]).classes(network_file.network))
    assert (result.classes == labels[chosen]).sum() >= 5
