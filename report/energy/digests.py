"""Short digests by which two reports tell whether they are of the same network and the same images."""

import hashlib

import numpy as np
from numpy.typing import NDArray

from firstspike.golden.network import Network

DIGITS = 16


def of_network(network: Network) -> str:
    """Of everything that decides the result: shapes, geometry and numbers of all layers."""
    digest = hashlib.sha256(
        repr(
            (
                tuple(network.input_shape),
                network.time_steps,
                network.fraction_bits,
                network.acc_bits,
                network.input_coding,
                network.spike_code,
                [(layer.pool, [(one.window, one.source) for one in layer.inputs]) for layer in network.layers],
            )
        ).encode()
    )
    for layer in network.layers:
        for array in (*(one.weights for one in layer.inputs), layer.biases, layer.offsets):
            digest.update(f"{array.shape}".encode() + np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()[:DIGITS]


def of_images(pixels: NDArray[np.uint8]) -> str:
    """Of uint8 pixels (N, channels, height, width)."""
    return hashlib.sha256(f"{pixels.shape}".encode() + np.ascontiguousarray(pixels).tobytes()).hexdigest()[:DIGITS]
