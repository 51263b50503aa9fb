import numpy as np

from golden.network import Layer
from sim import pe_energy


def test_operations_are_the_events_of_every_window_that_has_any():
    weights = np.arange(2, dtype=np.uint8).reshape(1, 2, 1, 1)
    layer = Layer("one", weights, np.zeros(1, np.int64), np.zeros(1, np.int64))
    words = np.array([[[3, 31]], [[31, 31]]], np.uint8)
    assert pe_energy.operations(layer, words, channels=1, most=10) == [[(0, 3)]]
    words[1, 0, 0] = 7
    words[1, 0, 1] = 9
    assert pe_energy.operations(layer, words, channels=1, most=10) == [[(0, 3), (1, 7)], [(1, 9)]]
    assert pe_energy.operations(layer, words, channels=1, most=2) == [[(0, 3), (1, 7)]]
