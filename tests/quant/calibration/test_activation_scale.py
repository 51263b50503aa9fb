import numpy as np
import pytest

from firstspike.quant.calibration.activation_scale import activation_scale
from firstspike.quant.calibration.spike_values import spike_values


def test_the_scale_has_the_least_error_of_all_candidates():
    activations = np.random.default_rng(1).normal(0, 3, 5000)
    scale = activation_scale(activations, 24)
    positive = activations[activations > 0]

    def error(candidate):
        return np.square(candidate * spike_values(positive / candidate, 24) - positive).sum()

    assert error(scale) == min(error(positive.max() * 2.0 ** (-tick / 4)) for tick in range(16))
    assert error(scale) < error(1.0)


@pytest.mark.parametrize("activations", [np.zeros(5), np.full(3, -2.0), np.zeros(0)])
def test_a_layer_that_never_fires_keeps_its_scale(activations):
    assert activation_scale(activations, 24) == 1
