import numpy as np
import pytest

from firstspike.golden.geometry import Window
from firstspike.quant.importers import normalisation
from firstspike.quant.importers.architecture import ArchitectureError
from firstspike.quant.importers.float_network import maps_of_layers
from firstspike.quant.importers.trained_layer import NONE, TrainedLayer

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def layer(padding):
    weights = np.random.default_rng(3).normal(size=(4, 3, 3, 2))
    return TrainedLayer("first", weights, np.arange(4.0), Window.of(weights, 2, padding), activation=NONE)


def of_normalised(mean, std, padding, pixels):
    """What the layer makes of pixels that were normalised before."""
    normalised = (pixels - np.reshape(mean, (3, 1, 1))) / np.reshape(std, (3, 1, 1))
    (maps,) = maps_of_layers([layer(padding)], normalised)
    return maps


@pytest.mark.parametrize("mean, std, padding", [(MEAN, STD, (0, 0)), ((0, 0, 0), (0.25, -2, 3), (1, 1))])
def test_the_folded_layer_does_to_pixels_what_the_layer_does_to_normalised_ones(mean, std, padding):
    pixels = np.random.default_rng(1).integers(0, 256, (5, 3, 7, 6)) / 256
    (found,) = maps_of_layers([normalisation.fold(mean, std, layer(padding))], pixels)
    assert np.allclose(found, of_normalised(mean, std, padding, pixels), rtol=0, atol=1e-12)


def test_a_mean_before_padding_is_refused_because_its_border_would_be_wrong():
    with pytest.raises(ArchitectureError, match="layer first: .*a padded pixel is 0 after the normalisation"):
        normalisation.fold(MEAN, STD, layer((1, 0)))
    # As if it could be folded: the inside is right, the border is not.
    pixels = np.random.default_rng(1).integers(0, 256, (5, 3, 9, 8)) / 256
    folded = normalisation.fold(MEAN, STD, layer((0, 0)))
    padded = TrainedLayer("first", folded.weights, folded.biases, Window.of(folded.weights, 2, (1, 1)), activation=NONE)
    (found,) = maps_of_layers([padded], pixels)
    difference = np.abs(found - of_normalised(MEAN, STD, (1, 1), pixels)).max(axis=(0, 1))
    assert difference[1:-1, 1:-1].max() < 1e-12 and difference[0].min() > 0.1 and difference[:, 0].min() > 0.1


@pytest.mark.parametrize(
    "mean, std, message",
    [
        ((0.5,), (1,), "expected a mean and a std for each of its 3 input channels, got 1 and 1"),
        (MEAN, (1, 0, 1), "its std finite and not 0"),
        ((np.nan, 0, 0), STD, "the mean of the input must be finite"),
        (MEAN, (), "for each of its 3 input channels, got 3 and 0"),
    ],
)
def test_numbers_that_do_not_suit_the_layer_are_refused(mean, std, message):
    with pytest.raises(ArchitectureError, match=message):
        normalisation.fold(mean, std, layer((0, 0)))
