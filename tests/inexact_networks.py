"""Networks that every model must refuse, because a number of theirs may not be exact."""

import numpy as np
import pytest

from firstspike.golden.network import Layer, Network


def _one_class(weight, bias=0, **fields):
    layer = Layer.of("fc", np.full((1, 1, 1, 1), weight, np.uint8), np.array([bias]), np.array([0]), fires=False)
    return Network("inexact", (layer,), (1, 1, 1), **fields)


refused = pytest.mark.parametrize(
    "network, message",
    [
        pytest.param(_one_class(14, fraction_bits=10), "layer fc: the product of weight code 14", id="lost bits"),
        # A weight of 1 adds 2^21 at most. No pixel makes the model itself stumble: only the proof refuses this one.
        pytest.param(
            _one_class(0, bias=(1 << 31) - (1 << 21)),
            "layer fc, output channel 0: .* does not fit 32 bits",
            id="overflow",
        ),
    ],
)
"""Parameters `network` and `message` of a test: the networks, and what the NetworkError says."""
