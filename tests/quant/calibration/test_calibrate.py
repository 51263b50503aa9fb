import json

import numpy as np
import pytest

from firstspike.golden.config import PRESETS
from firstspike.golden.evaluators import fast
from firstspike.quant.calibration import CalibrationError
from firstspike.quant.calibration.convolution import convolve
from firstspike.quant.codes.ttfs import real_biases, real_weights
from firstspike.quant.importers import checkpoint
from firstspike.quant.importers.architecture import Architecture, ArchitectureError
from firstspike.quant.importers.importer import import_network, trained_layers

CONFIG = PRESETS["tiny"]


@pytest.fixture
def trained(write_checkpoint, tensors):
    return checkpoint.read(write_checkpoint(tensors))


@pytest.fixture
def images():
    return np.random.default_rng(5).integers(0, 256, (200, 3, 10, 8), dtype=np.uint8)


def architecture(description, activation="clip_0_1"):
    layers = [
        layer | ({} if layer is description["layers"][-1] else {"activation": activation})
        for layer in description["layers"]
    ]
    return Architecture.from_json(json.dumps(description | {"layers": layers}), "test")


def logits(layers, images, upper):
    """What the trained network says, in real numbers."""
    maps = images.astype(np.float32) / 256
    for layer in layers:
        maps = convolve(maps, layer.weights, layer.window) + layer.biases[:, None, None]
        maps = layer.unit_window.largest(maps, axis=2)
        if layer.fires:
            maps = np.clip(maps, 0, upper).astype(np.float32)
    return maps[:, :, 0, 0]


def golden_logits(network, images):
    output = network.layers[-1]
    return fast.run(network, images).potentials * 2.0 ** (output.offsets / 4 - network.fraction_bits)


def error(network, layers, images, upper):
    wanted, found = logits(layers, images, upper), golden_logits(network, images)
    # The unit of the logits is free.
    found = found * (wanted * found).sum() / (found * found).sum()
    return np.square(found - wanted).mean() / wanted.var()


def test_calibration_comes_closer_to_the_trained_network_than_plain_rounding(trained, description, images):
    described = architecture(description)
    layers = trained_layers(trained, described)
    fresh = np.random.default_rng(6).integers(0, 256, images.shape, dtype=np.uint8)
    plain, _ = import_network(trained, described, CONFIG)
    calibrated, errors = import_network(trained, described, CONFIG, images)
    assert error(calibrated, layers, fresh, 1) < error(plain, layers, fresh, 1) / 2
    assert [figures["layer"] for figures in errors] == ["conv0", "conv1", "hidden", "output"]
    assert errors[0]["input_error"] == 0
    assert all(0 < figures["plain_error"] and 0 < figures["calibrated_error"] < 1 for figures in errors)


def test_plain_relu_needs_calibration_and_gets_its_scale_from_it(trained, description, images):
    described = architecture(description, "relu")
    with pytest.raises(ArchitectureError, match="layer conv0: .*the activation 'relu' has no upper end: calibration"):
        import_network(trained, described, CONFIG)
    network, _ = import_network(trained, described, CONFIG, images)
    fresh = np.random.default_rng(6).integers(0, 256, images.shape, dtype=np.uint8)
    assert error(network, trained_layers(trained, described), fresh, None) < 0.05


def test_the_mean_of_every_potential_is_corrected(trained, description, images):
    described = architecture(description)
    layers = trained_layers(trained, described)
    network, _ = import_network(trained, described, CONFIG, images)
    first, layer = layers[0], network.layers[0]
    pixels = images.astype(np.float32) / 256
    wanted = convolve(pixels, first.weights, first.window).mean(axis=(0, 2, 3)) + first.biases
    found = convolve(pixels, real_weights(layer), first.window).mean(axis=(0, 2, 3)) + real_biases(
        layer, network.fraction_bits
    )
    assert np.abs(found - wanted).max() < 0.02 * np.abs(wanted).max()


def test_equal_images_give_equal_networks(trained, description, images):
    first, second = (import_network(trained, architecture(description), CONFIG, images)[0] for _ in range(2))
    for one, other in zip(first.layers, second.layers, strict=True):
        assert np.array_equal(one.weights, other.weights) and np.array_equal(one.biases, other.biases)


@pytest.mark.parametrize(
    "wrong, message",
    [
        (np.zeros((2, 3, 8, 10), np.uint8), r"a uint8 array of shape \(N, 3, 10, 8\), got uint8 \(2, 3, 8"),
        (np.zeros((2, 3, 10, 8)), "got float64"),
        (np.zeros((0, 3, 10, 8), np.uint8), "expected 1 to 1000 images, got 0"),
        (np.zeros((1001, 3, 10, 8), np.uint8), "expected 1 to 1000 images, got 1001"),
    ],
)
def test_images_that_do_not_suit_are_refused(trained, description, wrong, message):
    with pytest.raises(CalibrationError, match=message):
        import_network(trained, architecture(description), CONFIG, wrong)
