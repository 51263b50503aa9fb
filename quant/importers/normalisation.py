"""Folding the normalisation of the input, (x - mean) / std, into the first layer, where that is exact."""

from dataclasses import replace

import numpy as np

from firstspike.quant.importers.architecture import ArchitectureError


def fold(mean, std, layer):
    """The layer that does to pixels what `layer` does to normalised ones.

    Parameters
    ----------
    mean, std : sequence of float
        One per channel, in units of a pixel's value p / 256.
    layer : TrainedLayer
        The first one.

    Returns
    -------
    TrainedLayer

    Raises
    ------
    ArchitectureError
        The numbers do not suit the layer, or the layer pads: a padded pixel is 0 after the normalisation, so it stands
        for the pixel `mean`, and the processor pads with pixels 0.
    """
    mean, std = np.asarray(mean, dtype=np.float64), np.asarray(std, dtype=np.float64)
    channels = layer.weights.shape[1]
    if mean.shape != (channels,) or std.shape != (channels,):
        raise ArchitectureError(
            f"layer {layer.name}: expected a mean and a std for each of its {channels} input channels, "
            f"got {mean.size} and {std.size}"
        )
    if not (np.isfinite(mean).all() and np.isfinite(std).all() and std.all()):
        raise ArchitectureError(
            f"layer {layer.name}: the mean of the input must be finite, its std finite and not 0, got {mean.tolist()} "
            f"and {std.tolist()}"
        )
    if any(layer.window.padding) and mean.any():
        raise ArchitectureError(
            f"layer {layer.name}: the normalisation of the input cannot be folded into its weights: a padded pixel is 0 "
            f"after the normalisation, and the processor pads with pixels that are 0 before it; train the first layer "
            f"without padding, or divide by std only (its biases learn what the mean would do)"
        )
    scaled = layer.weights / std[:, None, None]
    return replace(layer, weights=scaled, biases=layer.biases - np.einsum("oikl,i->o", scaled, mean))
