from fractions import Fraction

import numpy as np
import pytest

from firstspike.quant.importers.batch_norm import BatchNorm, BatchNormError


def batch_norm(**changes):
    values = {
        "weight": np.array([2.0, -1.0]),
        "bias": np.array([0.5, 0.25]),
        "running_mean": np.array([1.0, -2.0]),
        "running_var": np.array([3.0, 0.0]),
        "epsilon": 1.0,
    }
    return BatchNorm(**values | changes)


def test_folding_gives_the_layer_that_computes_the_same():
    weights = np.array([[[[1.0, 2.0]]], [[[-3.0, 4.0]]]])
    biases = np.array([5.0, 6.0])
    folded_weights, folded_biases = batch_norm().fold(weights, biases)
    # All numbers here are dyadic and the scales 2/sqrt(4) and -1/sqrt(1), so the arithmetic is exact.
    expected = [(Fraction(1), Fraction(1, 2), 1), (Fraction(-1), Fraction(1, 4), -2)]
    for channel, (scale, shift, mean) in enumerate(expected):
        for x in ((0, 0), (1, 0), (3, -7)):
            before = sum(Fraction(w) * v for w, v in zip(weights[channel, 0, 0], x)) + Fraction(biases[channel])
            after = sum(Fraction(w) * v for w, v in zip(folded_weights[channel, 0, 0], x))
            assert after + Fraction(folded_biases[channel]) == (before - mean) * scale + shift


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"running_var": np.array([3.0, -1.0])}, "expected running_var \\+ epsilon above 0, got 0.0"),
        ({"bias": np.zeros(3)}, r"expected bias of shape \(2,\), got \(3,\)"),
        ({"weight": np.zeros((2, 2))}, "expected weight of shape"),
    ],
)
def test_values_that_cannot_be_folded_are_refused(changes, message):
    with pytest.raises(BatchNormError, match=message):
        batch_norm(**changes)


def test_another_number_of_channels_is_refused():
    with pytest.raises(BatchNormError, match="expected 3 channels as in the layer before it, got 2"):
        batch_norm().fold(np.zeros((3, 1, 1, 1)), np.zeros(3))
