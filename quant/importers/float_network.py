"""A trained network in float64, before anything is rounded."""

import numpy as np

from firstspike.quant.calibration.convolution import convolve
from firstspike.quant.importers.trained_layer import CLIP

IMAGES_AT_ONCE = 50


def maps_of_layers(layers, maps):
    """What every layer computes, after its max pool and its activation.

    Parameters
    ----------
    layers : sequence of TrainedLayer
    maps : float64 array (N, channels, height, width)
        Pixels p / 256.

    Yields
    ------
    float64 array (N, channels, height, width)
    """
    for layer in layers:
        maps = convolve(maps, layer.weights, layer.window) + layer.biases[:, None, None]
        maps = layer.unit_window.largest(maps, axis=2)
        if layer.fires:
            maps = np.clip(maps, 0, 1 if layer.activation == CLIP else None)
        yield maps


def classes(layers, images):
    """int64 (N,): the class of the largest logit of uint8 images (N, channels, height, width)."""
    found = []
    for first in range(0, len(images), IMAGES_AT_ONCE):
        *_, logits = maps_of_layers(layers, images[first : first + IMAGES_AT_ONCE] / 256)
        found.append(logits.reshape(len(logits), -1).argmax(axis=1))
    return np.concatenate(found)
