"""Real activations as the values that spike times can mean."""

import numpy as np

from firstspike.golden import formats
from firstspike.golden.network import TTFS


def spike_values(values, time_steps):
    """The value `2^(-t/4)` of the spike that each membrane potential fires, 0 where it stays silent.

    The fire rule on real numbers: `t` is the smallest time, not below 0, with `v >= 2^(-(t + 1/2)/4)`.

    Parameters
    ----------
    values : float array
    time_steps : int
        T.

    Returns
    -------
    float array of the same shape and type
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        times = np.ceil(-formats.TICKS_PER_OCTAVE * np.log2(values) - 0.5)
    fires = (values > 0) & (times <= time_steps - 1)
    return np.where(fires, np.exp2(np.maximum(times, 0) / -formats.TICKS_PER_OCTAVE), 0).astype(values.dtype)


def pixel_values(images, input_coding, time_steps):
    """float32 array of the shape of `images` (uint8): what the input layer sees of each pixel."""
    values = images.astype(np.float32) / (1 << formats.PIXEL_BITS)
    return spike_values(values, time_steps) if input_coding == TTFS else values
