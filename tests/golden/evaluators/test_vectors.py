"""The vectors of an independent implementation of the formats, for the first four CIFAR-10 test images."""

from pathlib import Path

import numpy as np
import pytest

from firstspike.golden.config import HardwareConfig
from firstspike.golden.datasets import cifar10, pictures
from firstspike.golden.datasets.sample_pictures import SAMPLES
from firstspike.golden.evaluators import fast, reference
from firstspike.quant.importers import architecture, checkpoint
from firstspike.quant.importers.importer import import_network

ROOT = Path(__file__).resolve().parents[3]
VECTORS = ROOT / "tests" / "data" / "vgg16_cifar10_test0-3.npz"
CHECKPOINT = ROOT / "models" / "vgg16_cifar10.safetensors"


@pytest.fixture(scope="module")
def vectors():
    with np.load(VECTORS) as file:
        return dict(file)


@pytest.fixture(scope="module")
def network():
    trained = checkpoint.read(CHECKPOINT)
    return import_network(trained, architecture.of_checkpoint(trained), HardwareConfig.load("paper"))[0]


@pytest.mark.parametrize("index", range(1, 16))
def test_the_reference_computes_each_layer_of_the_vectors_from_the_one_before(network, vectors, index):
    layer = network.layers[index]
    for image in (0, 3):
        events = reference.map_events(network.code, vectors[f"spikes{index}"][image], network)
        potential = reference.membrane_potentials(network, index, events)
        if layer.fires:
            words = reference.pool(network, layer, reference.fire(network, layer, potential))
            assert (words == vectors[f"spikes{index + 1}"][image]).all()
        else:
            assert potential[:, 0, 0].tolist() == vectors["potentials"][image].tolist()


def test_the_output_offsets_are_those_of_the_vectors(network, vectors):
    assert network.layers[-1].offsets.tolist() == vectors["output_offsets"].tolist()


def test_reference_and_fast_path_agree_on_every_neuron_of_vgg16_for_a_sample_picture(network):
    images = pictures.read(SAMPLES / "ship_0.png", network.input_shape).pixels[None]
    expected, found = reference.run(network, images), fast.run(network, images)
    for a, b in zip((*expected.spikes, expected.potentials), (*found.spikes, found.potentials)):
        assert (a == b).all()
    assert network.class_names[found.classes(network)[0]] == "ship"


@pytest.mark.cifar10
def test_the_fast_path_reproduces_the_vectors_from_the_images(network, vectors):
    pixels = cifar10.held_out().pixels
    evaluation = fast.run(network, pixels[:4])
    for index, words in enumerate(evaluation.spikes):
        assert words.dtype == np.uint8 and (words == vectors[f"spikes{index + 1}"]).all()
    assert len(evaluation.spikes) == 15
    assert (evaluation.potentials == vectors["potentials"]).all()


@pytest.mark.cifar10
def test_the_reference_reproduces_the_input_layer_of_the_vectors_from_an_image(network, vectors):
    pixels = cifar10.held_out().pixels
    potential = reference.membrane_potentials(network, 0, reference.map_events(network.in_code(0), pixels[0], network))
    assert (reference.fire(network, network.layers[0], potential) == vectors["spikes1"][0]).all()


@pytest.mark.cifar10
def test_vgg16_classifies_the_first_500_test_images_as_often_right_as_measured(network):
    found = cifar10.held_out()
    pixels, labels = found.pixels, found.labels
    evaluator = fast.Evaluator(network)
    correct = sum(
        int((evaluator.run(pixels[i : i + 50]).classes(network) == labels[i : i + 50]).sum()) for i in range(0, 500, 50)
    )
    assert correct == 468
