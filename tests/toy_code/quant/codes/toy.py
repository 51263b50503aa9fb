"""Import of layers for the toy code: the largest weight of a channel is 1, only the sign of a potential matters."""

import numpy as np

from firstspike.quant.codes import ttfs


def import_layer(layer, config):
    if not layer.fires:
        return ttfs.import_layer(layer, config)
    largest = np.abs(layer.weights).max(axis=(1, 2, 3))
    largest[largest == 0] = 1
    weights = layer.weights / largest[:, None, None, None]
    offsets = np.zeros(len(weights), np.int64)
    return ttfs.quantise(weights, layer.biases / largest, config.fraction_bits, True, offsets)
