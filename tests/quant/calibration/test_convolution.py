import numpy as np
import pytest

from firstspike.golden.geometry import Window
from firstspike.quant.calibration import convolution


def direct(maps, weights, padding, stride):
    """The definition of a convolution, sum by sum."""
    count, channels, height, width = maps.shape
    padded = np.zeros((count, channels, height + 2 * padding[0], width + 2 * padding[1]))
    padded[:, :, padding[0] : padding[0] + height, padding[1] : padding[1] + width] = maps
    kernel_h, kernel_w = weights.shape[2:]
    rows = (padded.shape[2] - kernel_h) // stride + 1
    columns = (padded.shape[3] - kernel_w) // stride + 1
    result = np.zeros((count, len(weights), rows, columns))
    for y in range(rows):
        for x in range(columns):
            field = padded[:, None, :, y * stride : y * stride + kernel_h, x * stride : x * stride + kernel_w]
            result[:, :, y, x] = (field * weights).sum(axis=(2, 3, 4))
    return result


@pytest.mark.parametrize("kernel, padding, stride", [((3, 3), (1, 1), 1), ((2, 5), (0, 2), 2), ((1, 1), (0, 0), 2)])
def test_convolution_and_receptive_fields_follow_the_definition(monkeypatch, kernel, padding, stride):
    monkeypatch.setattr(convolution, "WORKING_SET", 100)
    rng = np.random.default_rng(3)
    # Small integers: float32 sums are exact in any order.
    maps = rng.integers(-4, 5, (3, 2, 7, 6)).astype(np.float32)
    weights = rng.integers(-4, 5, (5, 2, *kernel)).astype(np.float64)
    expected, window = direct(maps, weights, padding, stride), Window(kernel, stride, padding)
    assert np.array_equal(convolution.convolve(maps, weights, window), expected)

    positions = convolution.output_positions(maps, window)
    assert positions == expected[:, 0].size
    fields = convolution.receptive_fields(maps, window, np.arange(positions))
    assert np.array_equal(fields @ weights.reshape(5, -1).T, expected.transpose(0, 2, 3, 1).reshape(-1, 5))
