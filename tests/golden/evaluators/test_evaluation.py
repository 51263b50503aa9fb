import numpy as np
import pytest

from firstspike.golden.evaluators.evaluation import Evaluation, InputError, require_images
from firstspike.golden.random_networks import random_images, random_network


@pytest.fixture
def network():
    return random_network(np.random.default_rng(3))


def test_images_of_the_networks_shape_are_taken(network):
    require_images(network, random_images(np.random.default_rng(4), network, 2))


@pytest.mark.parametrize(
    "change, got",
    [
        (lambda images: images.astype(np.float32), "float32"),
        (lambda images: images[0], "uint8"),
        (lambda images: images[:, :, :-1], "uint8"),
        (lambda images: images.tolist(), "list"),
    ],
)
def test_other_images_are_refused(network, change, got):
    images = change(random_images(np.random.default_rng(4), network, 2))
    with pytest.raises(InputError, match=rf"expected images as a uint8 array of shape \(N, .*\), got {got}"):
        require_images(network, images)


def test_classes_take_the_channel_offsets_into_account(network):
    offsets = network.layers[-1].offsets
    offsets[:] = 0
    offsets[1] = 8
    potentials = np.zeros((1, len(offsets)), dtype=np.int64)
    potentials[0, :2] = 30, 10
    assert Evaluation([], potentials).classes(network).tolist() == [1]
    offsets[1] = 4
    assert Evaluation([], potentials).classes(network).tolist() == [0]
