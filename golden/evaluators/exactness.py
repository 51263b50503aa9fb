"""The proof that a network is exact: no product loses a bit and no membrane potential can overflow."""

import numpy as np

from firstspike.golden import formats
from firstspike.golden.network import NetworkError

MAX_ACC_BITS = 32
"""The result stream carries a membrane potential in one word of 32 bits."""


def signed_products(network, index, connection):
    """What one synaptic operation through a connection of layer `index` adds to the membrane potential.

    Returns
    -------
    int64 array (32, 1 + largest event time)
        Signed product by weight code and event time, in units of 2^-F; 0 for codes and times that do not occur.

    Raises
    ------
    NetworkError
        A product of a code of this connection would lose bits.
    """
    times = network.code_of(network.source(index, connection)).event_times(network)
    products = np.zeros((1 << formats.WEIGHT_BITS, times[-1] + 1), dtype=np.int64)
    for code in np.unique(connection.weights).tolist():
        negative, magnitude = divmod(code, 1 << formats.WEIGHT_SIGN_BIT)
        for time in times:
            try:
                product = formats.product(magnitude, time, network.fraction_bits)
            except ValueError as error:
                raise NetworkError(f"layer {network.layers[index].name}: {error}") from None
            products[code, time] = -product if negative else product
    return products


def potential_bounds(network, index):
    """Smallest and largest membrane potential each output channel of layer `index` can have.

    Every input may be anything from silence to the largest value of its code (an event at time 0 where it means 1), so
    the bounds are the bias plus all negative, and plus all positive products of that value.

    Returns
    -------
    (lowest, highest) : int64 arrays (out_channels,)
    """
    layer = network.layers[index]
    lowest, highest = layer.biases.copy(), layer.biases.copy()
    for connection in layer.inputs:
        products = signed_products(network, index, connection)
        largest = network.code_of(network.source(index, connection)).largest
        of_code = sum(event.sign * products[:, event.time] for event in largest)
        lowest += np.minimum(of_code, 0)[connection.weights].sum(axis=(1, 2, 3))
        highest += np.maximum(of_code, 0)[connection.weights].sum(axis=(1, 2, 3))
    return lowest, highest


def require_exact(network):
    """Checks that every evaluation of `network` is exact in `acc_bits` bits, whatever the image.

    Raises
    ------
    NetworkError
        A product would lose bits, or a membrane potential may leave its range. Names layer and channel.
    """
    if network.acc_bits > MAX_ACC_BITS:
        raise NetworkError(
            f"network {network.name}: a membrane potential has at most {MAX_ACC_BITS} bits, not {network.acc_bits}"
        )
    limit = 1 << (network.acc_bits - 1)
    for index, layer in enumerate(network.layers):
        lowest, highest = potential_bounds(network, index)
        outside = np.flatnonzero((lowest < -limit) | (highest >= limit))
        if outside.size:
            channel = int(outside[0])
            raise NetworkError(
                f"layer {layer.name}, output channel {channel}: the membrane potential may be anything from "
                f"{lowest[channel]} to {highest[channel]}, which does not fit {network.acc_bits} bits"
            )
