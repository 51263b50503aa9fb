"""The readable reference: evaluates a network event by event, as docs/formats.md defines it."""

import numpy as np

from firstspike.golden.evaluators.evaluation import Evaluation, require_images
from firstspike.golden.evaluators.exactness import require_exact, signed_products


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
    maps = network.maps()
    spikes = [np.empty((len(images), *shape), dtype=np.uint8) for shape in maps[1:-1]]
    potentials = np.empty((len(images), maps[-1][0]), dtype=np.int64)
    for n, image in enumerate(images):
        words = [image]
        for index, layer in enumerate(network.layers):
            sources = [network.source(index, connection) for connection in layer.inputs]
            events = [map_events(network.code_of(source), words[source], network) for source in sources]
            potential = membrane_potentials(network, index, *events)
            if layer.fires:
                spikes[index][n] = pool(network, layer, fire(network, layer, potential))
                words.append(spikes[index][n])
            else:
                potentials[n] = potential[:, 0, 0]
    return Evaluation(spikes, potentials)


def map_events(code, words, network):
    """Events (channel, y, x, time, sign) of a map of words of a code, uint8 (channels, height, width)."""
    return [
        (*place, event.time, event.sign)
        for place, word in np.ndenumerate(words)
        for event in code.events(int(word), network)
    ]


def membrane_potentials(network, index, *events):
    """Membrane potentials of layer `index` before pooling: int64 (out_channels, height, width).

    Every potential begins with its bias; every event then adds one product for each output position whose window it
    lies in, and each output channel. `events` are those of each connection.
    """
    layer = network.layers[index]
    first = layer.inputs[0]
    height, width = first.window.out_map(network.maps()[network.source(index, first)][1:])
    potential = np.empty((layer.out_channels, height, width), dtype=np.int64)
    potential[:] = layer.biases[:, None, None]
    for connection, arriving in zip(layer.inputs, events, strict=True):
        products = signed_products(network, index, connection)
        for channel, y, x, time, sign in arriving:
            for (out_y, out_x), (tap_y, tap_x) in connection.window.readers((y, x), (height, width)):
                potential[:, out_y, out_x] += sign * products[connection.weights[:, channel, tap_y, tap_x], time]
    return potential


def fire(network, layer, potential):
    """Spike words (uint8) of the potentials (channels, height, width) of `layer`."""
    words = np.empty(potential.shape, dtype=np.uint8)
    for (channel, y, x), v in np.ndenumerate(potential):
        words[channel, y, x] = network.code.encode(int(v), int(layer.offsets[channel]), network)
    return words


def pool(network, layer, words):
    """Words of the units of a layer from those of its positions, both (channels, height, width)."""
    return network.code.pool(np.stack(list(layer.unit_window.windows(words, axis=1))), axis=0)
