"""One layer from real weights to log codes, given what its inputs were before and after quantisation."""

from dataclasses import dataclass

import numpy as np

from firstspike.golden import formats
from firstspike.quant.calibration.adaptive_rounding import ErrorFeedback, nearest
from firstspike.quant.codes.ttfs import channel_offsets

OFFSET_CANDIDATES = (-2, -1, 0, 1)
"""Channel offsets tried, in ticks from the one that makes the largest weight the code 0."""

TRUST = 0.05
"""Share of the mean input power with which a weight is held at its trained value when it is refitted to the inputs:
directions in which a few calibration images say little stay as they were trained."""


@dataclass(frozen=True, eq=False)
class RoundedLayer:
    """Weights on the grid of the log codes, and where the error of the potentials comes from.

    Attributes
    ----------
    weights : float64 array (channels, ...)
        Each one `+-2^(-m/2) * 2^(j/4)` or 0.
    biases : float64 array (channels,)
    offsets : int64 array (channels,)
        j.
    errors : dict of str to float
        The fields of `DESCRIPTIONS`.
    """

    weights: np.ndarray
    biases: np.ndarray
    offsets: np.ndarray
    errors: dict


DESCRIPTIONS = {
    "input_error": "error of the potentials from the errors of the inputs alone, with trained weights",
    "plain_error": "the same from plain rounding of the weights alone, with inputs that have no error",
    "calibrated_error": "error of the potentials after calibration, from everything together",
}
"""Errors are root mean squares over calibration images, relative to the standard deviation of the potentials."""


def round_layer(weights, biases, trained_inputs, inputs):
    """Choose offsets, codes and biases so that the potentials come closest to the trained ones.

    Parameters
    ----------
    weights : float64 array (channels, ...)
    biases : float64 array (channels,)
    trained_inputs, inputs : float32 arrays (samples, weights of a channel)
        What the layer sees at the same positions in the trained network and in the quantised one.

    Returns
    -------
    RoundedLayer
    """
    matrix = weights.reshape(len(weights), -1)
    trained_mean, mean = trained_inputs.mean(axis=0), inputs.mean(axis=0)
    centred_trained, centred = trained_inputs - trained_mean, inputs - mean
    potentials = centred_trained @ matrix.T.astype(np.float32)
    covariance = centred.T @ centred / len(centred)
    refitted = _refit(matrix, covariance, centred.T @ potentials / len(centred))
    offsets, rounded = _round(refitted, covariance, channel_offsets(matrix))
    # The mean of every potential is as trained.
    corrected = biases + matrix @ trained_mean - rounded @ mean

    scale = np.sqrt((potentials**2).mean()) or 1.0

    def error(inputs, used):
        return float(np.sqrt(((inputs @ used.T.astype(np.float32) - potentials) ** 2).mean()) / scale)

    unit = _unit(channel_offsets(matrix))
    errors = {
        "input_error": error(centred, matrix),
        "plain_error": error(centred_trained, nearest(matrix / unit) * unit),
        "calibrated_error": error(centred, rounded),
    }
    return RoundedLayer(rounded.reshape(weights.shape), corrected, offsets, errors)


def _refit(matrix, covariance, wanted):
    """Weights that, from the quantised inputs, come closest to the trained potentials."""
    trust = TRUST * np.diag(covariance).mean() or 1.0
    regularised = covariance.astype(np.float64)
    regularised[np.diag_indices_from(regularised)] += trust
    return np.linalg.solve(regularised, wanted + trust * matrix.T).T


def _round(matrix, covariance, largest):
    """The offsets with the least error of each channel, and the weights rounded for them."""
    feedback = ErrorFeedback(covariance)
    best = np.full(len(matrix), np.inf)
    offsets, rounded = largest.copy(), np.zeros_like(matrix)
    for candidate in OFFSET_CANDIDATES:
        unit = _unit(largest + candidate)
        weights = feedback.round((matrix / unit).astype(np.float32)) * unit
        difference = (weights - matrix).astype(np.float32)
        error = ((difference @ covariance) * difference).sum(axis=1)
        better = error < best
        best[better], offsets[better], rounded[better] = error[better], largest[better] + candidate, weights[better]
    return offsets, rounded


def _unit(offsets):
    return np.exp2(offsets / formats.TICKS_PER_OCTAVE)[:, None]
