"""Convolutions of real numbers, in NumPy."""

import math

import numpy as np

WORKING_SET = 1 << 24
"""Elements of the unfolded input handled at once."""


def convolve(maps, weights, window):
    """Convolution of real maps, in their type.

    Parameters
    ----------
    maps : float32 or float64 array (N, in_channels, height, width)
    weights : float array (out_channels, in_channels, kernel_h, kernel_w)
    window : Window

    Returns
    -------
    array (N, out_channels, out_height, out_width) of the type of `maps`
    """
    windows = _windows(maps, window)
    _, height, width, *field = windows.shape
    matrix = np.ascontiguousarray(weights.reshape(len(weights), -1).T, dtype=maps.dtype)
    step = max(1, WORKING_SET // (height * width * int(np.prod(field))))
    result = np.empty((len(maps), len(weights), height, width), maps.dtype)
    for first in range(0, len(maps), step):
        part = windows[first : first + step]
        product = part.reshape(-1, matrix.shape[0]) @ matrix
        result[first : first + step] = product.reshape(len(part), height, width, -1).transpose(0, 3, 1, 2)
    return result


def receptive_fields(maps, window, positions):
    """Inputs of single output positions.

    Parameters
    ----------
    positions : int array (P,)
        Output positions, counted over images, rows and columns; see `output_positions`.

    Returns
    -------
    float32 array (P, in_channels * kernel_h * kernel_w)
    """
    windows = _windows(maps, window)
    image, row, column = np.unravel_index(positions, windows.shape[:3])
    return windows[image, row, column].reshape(len(positions), -1)


def output_positions(maps, window):
    """Number of output positions of all maps together."""
    return len(maps) * math.prod(window.out_map(maps.shape[2:]))


def _windows(maps, window):
    """View (N, out_height, out_width, in_channels, kernel_h, kernel_w)."""
    silent = [(0, 0), (0, 0), *((side, side) for side in window.padding)]
    padded = np.pad(maps, silent) if any(window.padding) else maps
    windows = np.lib.stride_tricks.sliding_window_view(padded, window.kernel, axis=(2, 3))
    return windows[:, :, :: window.stride, :: window.stride].transpose(0, 2, 3, 1, 4, 5)
