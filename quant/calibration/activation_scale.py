"""The scale of a layer's activations: which value the earliest spike means."""

import numpy as np

from firstspike.golden import formats
from firstspike.quant.calibration.spike_values import spike_values

CANDIDATES = 4 * formats.TICKS_PER_OCTAVE
"""Scales tried, one tick apart, from the largest activation downwards."""


def activation_scale(activations, time_steps):
    """The scale with the least squared error of the spike times.

    A large scale represents the largest activations, a small one the smallest.

    Parameters
    ----------
    activations : float array
        Outputs of a ReLU.
    time_steps : int
        T.

    Returns
    -------
    float
        1 if no activation is positive.
    """
    positive = activations[activations > 0]
    if not positive.size:
        return 1.0
    scales = positive.max() * np.exp2(np.arange(CANDIDATES) / -formats.TICKS_PER_OCTAVE)
    errors = [np.square(scale * spike_values(positive / scale, time_steps) - positive).sum() for scale in scales]
    return float(scales[np.argmin(errors)])
