import numpy as np
import pytest

from firstspike.golden.geometry import Window
from firstspike.quant.calibration.convolution import convolve
from firstspike.quant.importers import average_pool
from firstspike.quant.importers.architecture import AVERAGE_POOL, GLOBAL_AVERAGE_POOL, ArchitectureError
from firstspike.quant.importers.trained_layer import TrainedLayer


def layer(kernel, padding=(0, 0), stride=1):
    weights = np.random.default_rng(1).integers(-3, 4, (5, 2, *kernel)) * 4.0
    return TrainedLayer("next", weights, np.zeros(5), Window.of(weights, stride, padding))


def pooled(maps):
    count, channels, height, width = maps.shape
    cropped = maps[:, :, : height // 2 * 2, : width // 2 * 2]
    return cropped.reshape(count, channels, height // 2, 2, width // 2, 2).mean(axis=(3, 5)).astype(np.float32)


@pytest.mark.parametrize(
    "size, kernel, padding",
    [
        ((8, 6), (3, 3), (1, 1)),
        ((9, 7), (3, 2), (0, 0)),
        ((9, 6), (4, 3), (0, 0)),
        ((8, 7), (1, 1), (0, 0)),
        ((8, 7), (3, 3), (1, 0)),
    ],
)
def test_the_folded_layer_does_what_pool_and_layer_do(size, kernel, padding):
    maps = np.random.default_rng(2).integers(0, 9, (2, 2, *size)).astype(np.float32)
    plain = layer(kernel, padding)
    expected = convolve(pooled(maps), plain.weights, plain.window)
    folded = average_pool.fold(AVERAGE_POOL, plain, (2, *size))
    assert np.array_equal(convolve(maps, folded.weights, folded.window), expected)
    assert average_pool.out_shape(AVERAGE_POOL, (2, *size)) == (2, *pooled(maps).shape[2:])


def test_a_global_pool_becomes_a_layer_over_the_whole_map():
    maps = np.random.default_rng(3).integers(0, 9, (2, 2, 4, 8)).astype(np.float32)
    plain = layer((1, 1))
    folded = average_pool.fold(GLOBAL_AVERAGE_POOL, plain, (2, 4, 8))
    expected = maps.mean(axis=(2, 3)) @ plain.weights[:, :, 0, 0].T
    assert np.array_equal(convolve(maps, folded.weights, folded.window)[:, :, 0, 0], expected)
    assert average_pool.out_shape(GLOBAL_AVERAGE_POOL, (2, 4, 8)) == (2, 1, 1)


def test_without_a_pool_nothing_changes():
    plain = layer((3, 3))
    assert average_pool.fold(None, plain, (2, 8, 8)) is plain
    assert average_pool.out_shape(None, (2, 8, 7)) == (2, 8, 7)


@pytest.mark.parametrize(
    "pool, following, size, message",
    [
        (AVERAGE_POOL, layer((3, 3), stride=2), (8, 8), "layer next: .*its stride 2 would become 4"),
        (AVERAGE_POOL, layer((3, 3), (1, 1)), (8, 7), "layer next: .*the last row or column of a map of 8 x 7, which"),
        (GLOBAL_AVERAGE_POOL, layer((3, 3), (1, 1)), (8, 8), "layer next: .*it is not a 1 x 1 layer"),
    ],
)
def test_what_is_not_exact_is_refused(pool, following, size, message):
    with pytest.raises(ArchitectureError, match=message):
        average_pool.fold(pool, following, (2, *size))
