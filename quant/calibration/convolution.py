"""Convolutions of real numbers, in NumPy."""

import numpy as np

WORKING_SET = 1 << 24
"""Elements of the unfolded input handled at once."""


def convolve(maps, weights, padding, stride):
    """Convolution of float32 maps.

    Parameters
    ----------
    maps : float32 array (N, in_channels, height, width)
    weights : float array (out_channels, in_channels, kernel_h, kernel_w)
    padding : (int, int)
    stride : int

    Returns
    -------
    float32 array (N, out_channels, out_height, out_width)
    """
    windows = _windows(maps, weights.shape[2:], padding, stride)
    _, height, width, *window = windows.shape
    matrix = np.ascontiguousarray(weights.reshape(len(weights), -1).T, dtype=np.float32)
    step = max(1, WORKING_SET // (height * width * int(np.prod(window))))
    result = np.empty((len(maps), len(weights), height, width), np.float32)
    for first in range(0, len(maps), step):
        part = windows[first : first + step]
        product = part.reshape(-1, matrix.shape[0]) @ matrix
        result[first : first + step] = product.reshape(len(part), height, width, -1).transpose(0, 3, 1, 2)
    return result


def receptive_fields(maps, kernel, padding, stride, positions):
    """Inputs of single output positions.

    Parameters
    ----------
    positions : int array (P,)
        Output positions, counted over images, rows and columns; see `output_positions`.

    Returns
    -------
    float32 array (P, in_channels * kernel_h * kernel_w)
    """
    windows = _windows(maps, kernel, padding, stride)
    image, row, column = np.unravel_index(positions, windows.shape[:3])
    return windows[image, row, column].reshape(len(positions), -1)


def output_positions(maps, kernel, padding, stride):
    """Number of output positions of all maps together."""
    return int(np.prod(_windows(maps, kernel, padding, stride).shape[:3]))


def max_pool(maps):
    """2x2 max pool of stride 2; a last odd row or column is dropped."""
    count, channels, height, width = maps.shape
    cropped = maps[:, :, : height // 2 * 2, : width // 2 * 2]
    return cropped.reshape(count, channels, height // 2, 2, width // 2, 2).max(axis=(3, 5))


def _windows(maps, kernel, padding, stride):
    """View (N, out_height, out_width, in_channels, kernel_h, kernel_w)."""
    padded = np.pad(maps, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2)) if any(padding) else maps
    windows = np.lib.stride_tricks.sliding_window_view(padded, tuple(kernel), axis=(2, 3))
    return windows[:, :, ::stride, ::stride].transpose(0, 2, 3, 1, 4, 5)
