import numpy as np

from firstspike.golden.network import Layer, Network
from firstspike.quant.codes.ttfs import quantise
from firstspike.quant.quantisation_error import DESCRIPTIONS, measure


def network_of(weights, biases=None):
    biases = np.zeros(weights.shape[0]) if biases is None else biases
    quantised = quantise(weights, biases, 21, fires=False)
    layer = Layer.of("only", quantised.weights, quantised.biases, quantised.offsets, fires=False)
    return Network(name="one", layers=(layer,), input_shape=weights.shape[1:])


def test_figures_of_a_hand_made_layer():
    weights = np.array([1.0, -0.5, 0.0, 0.001]).reshape(1, 4, 1, 1)
    figures = measure(network_of(weights), 0, weights)
    assert figures == {
        "layer": "only",
        "weights": 4,
        "zero_weights": 2,
        "flushed_weights": 1,
        "relative_error": 0.001 / np.linalg.norm(weights),
        "largest_relative_error": 0.0,
        "largest_magnitude_code": 2,
        "potential_bits": 23,
    }
    assert set(figures) == set(DESCRIPTIONS)


def test_the_largest_error_of_a_weight_is_half_a_step_of_its_code():
    weights = np.array([1.0, 2**-0.26]).reshape(1, 2, 1, 1)
    figures = measure(network_of(weights), 0, weights)
    assert figures["largest_relative_error"] == (2**-0.26 - 2**-0.5) / 2**-0.26


def test_a_layer_of_zeros_has_no_error():
    weights = np.zeros((2, 3, 1, 1))
    figures = measure(network_of(weights, np.array([0.5, -0.5])), 0, weights)
    assert (figures["relative_error"], figures["largest_relative_error"]) == (0, 0)
    assert figures["largest_magnitude_code"] == -1
    assert figures["potential_bits"] == 22
