"""What the flip of one bit of a stored number means to the golden model."""

import numpy as np

from firstspike.golden import formats
from firstspike.golden.evaluators.faults import Flips, LayerFaults, LocalFlips
from firstspike.golden.microarchitecture import OFFSET_BITS

BIAS_BITS = formats.PARAMETER_BITS - OFFSET_BITS
"""Of a parameter; the bits above are the channel offset."""


def _flip(place, shape, bit):
    return Flips(np.array([np.ravel_multi_index(place, shape)]), np.array([bit], np.uint8))


def _layer(faults, index):
    return faults.layers.setdefault(index, LayerFaults())


def pixel(shape, place, faults, bit):
    """Bit of pixel `place` of images of this shape."""
    faults.images.append(_flip(place, shape, bit))


def weight(index, shape, place, units, faults, bit):
    """Bit of the weight code `place` of layer `index`; `units()` is the mask of the output units that meet it."""
    _layer(faults, index).weights.append(LocalFlips(_flip(place, shape, bit), units()))


def parameter(index, channels, channel, units, faults, bit):
    """Bit of bias or offset of an output channel; `units` as for `weight`."""
    kind = "biases" if bit < BIAS_BITS else "offsets"
    getattr(_layer(faults, index), kind).append(LocalFlips(_flip((channel,), (channels,), bit % BIAS_BITS), units()))


def spike(index, shape, place, faults, bit):
    """Bit of spike word `place` of layer `index`."""
    _layer(faults, index).spikes.append(_flip(place, shape, bit))


def potential(index, number, shape, place, faults, bit):
    """Bit of the sum `place` of layer `index` after the chunk of this number."""
    _layer(faults, index).sums.append((number, _flip(place, shape, bit)))
