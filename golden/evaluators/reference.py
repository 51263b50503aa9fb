"""The readable reference: evaluates a network event by event, as docs/formats.md defines it."""

import numpy as np

from firstspike.golden import formats
from firstspike.golden.evaluators.evaluation import Evaluation, require_images
from firstspike.golden.evaluators.exactness import require_exact, signed_products
from firstspike.golden.network import DIRECT


def run(network, images):
    """Evaluates `network` for every image.

    Parameters
    ----------
    network : Network
    images : uint8 array (N, channels, height, width)

    Returns
    -------
    Evaluation

    Raises
    ------
    NetworkError
        The network is not exact.
    InputError
        The images do not fit the network.
    """
    require_exact(network)
    require_images(network, images)
    maps = network.input_maps()
    spikes = [np.empty((len(images), *shape), dtype=np.uint8) for shape in maps[1:-1]]
    potentials = np.empty((len(images), maps[-1][0]), dtype=np.int64)
    for n, image in enumerate(images):
        events = input_events(network, image)
        for index, layer in enumerate(network.layers):
            potential = layer.unit_window.largest(membrane_potentials(network, index, events), axis=1)
            if layer.fires:
                spikes[index][n] = fire(network, layer, potential)
                events = spike_events(spikes[index][n])
            else:
                potentials[n] = potential[:, 0, 0]
    return Evaluation(spikes, potentials)


def input_events(network, image):
    """Events (channel, y, x, time, sign) of one image, uint8 (channels, height, width)."""
    if network.input_coding == DIRECT:
        digits = formats.pixel_digits(image)
        return [
            (c, y, x, formats.digit_time(digit), int(digits[c, y, x, digit]))
            for c, y, x, digit in np.argwhere(digits).tolist()
        ]
    words = np.vectorize(lambda pixel: formats.pixel_spike_time(pixel, network.time_steps), otypes=[np.uint8])(image)
    return spike_events(words)


def spike_events(words):
    """Events (channel, y, x, time, sign) of a map of spike words, uint8 (channels, height, width)."""
    return [(c, y, x, int(words[c, y, x]), 1) for c, y, x in np.argwhere(words != formats.SILENT).tolist()]


def membrane_potentials(network, index, events):
    """Membrane potentials of layer `index` before pooling: int64 (out_channels, height, width).

    Every potential begins with its bias; every event then adds one product for each output position whose window it
    lies in, and each output channel.
    """
    layer = network.layers[index]
    products = signed_products(network, index)
    height, width = layer.conv_map(network.input_maps()[index][1:])
    potential = np.empty((layer.out_channels, height, width), dtype=np.int64)
    potential[:] = layer.biases[:, None, None]
    for channel, y, x, time, sign in events:
        for (out_y, out_x), (tap_y, tap_x) in layer.window.readers((y, x), (height, width)):
            potential[:, out_y, out_x] += sign * products[layer.weights[:, channel, tap_y, tap_x], time]
    return potential


def fire(network, layer, potential):
    """Spike words (uint8) of the potentials (channels, height, width) of `layer`."""
    words = np.empty(potential.shape, dtype=np.uint8)
    for (channel, y, x), v in np.ndenumerate(potential):
        words[channel, y, x] = formats.fire(
            int(v), int(layer.offsets[channel]), network.time_steps, network.fraction_bits
        )
    return words
