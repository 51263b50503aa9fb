"""How far a quantised layer is from its trained weights."""

import numpy as np

from firstspike.golden import formats
from firstspike.golden.evaluators.exactness import potential_bounds
from firstspike.quant.codes.ttfs import real_weights

DESCRIPTIONS = {
    "layer": "name of the layer",
    "weights": "weights",
    "zero_weights": "weights that are zero after quantisation",
    "flushed_weights": "weights that became zero by quantisation (too small for the channel's codes)",
    "relative_error": "root of the summed squared errors over the root of the summed squared trained weights",
    "largest_relative_error": "largest relative error of a weight that is zero neither before nor after",
    "largest_magnitude_code": "largest magnitude code of a weight other than zero; -1 without such weights",
    "potential_bits": "bits that a membrane potential of the layer can need",
}
"""The fields of `measure`."""


def measure(network, index, trained):
    """Figures about layer `index` of `network`.

    Parameters
    ----------
    trained : float64 array
        Trained weights after batch-norm folding, shape of the layer's weight codes.

    Returns
    -------
    dict
        The fields of `DESCRIPTIONS`, as numbers ready for JSON.
    """
    layer = network.layers[index]
    quantised = real_weights(layer)
    error = np.abs(quantised - trained)
    kept = quantised != 0
    compared = kept & (trained != 0)
    magnitudes = layer.weights[kept] & formats.ZERO_MAGNITUDE
    norm = np.linalg.norm(trained)
    lowest, highest = potential_bounds(network, index)
    return {
        "layer": layer.name,
        "weights": layer.weights.size,
        "zero_weights": int(np.count_nonzero(~kept)),
        "flushed_weights": int(np.count_nonzero(~kept & (trained != 0))),
        "relative_error": float(np.linalg.norm(error) / norm) if norm else 0.0,
        "largest_relative_error": float((error[compared] / np.abs(trained[compared])).max(initial=0)),
        "largest_magnitude_code": int(magnitudes.max()) if magnitudes.size else -1,
        "potential_bits": 1 + max(int(highest.max()).bit_length(), int(-1 - lowest.min()).bit_length()),
    }
