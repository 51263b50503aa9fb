"""The definitions of docs/formats.md, neuron by neuron, in plain Python integers.

It shares only the constants of the formats with the other evaluations and follows the words of the document instead of
an idea of how to compute them, so it is slow: it exists to be compared with. What a code defines is in
`golden/codes/definitions`, in the same manner.
"""

import numpy as np

from firstspike.golden import codes, formats
from firstspike.golden.evaluators.evaluation import Evaluation, require_images
from firstspike.golden.evaluators.exactness import require_exact
from firstspike.golden.geometry import Geometry


def run(network, images):
    """Evaluates `network` for every image: parameters, result and errors are those of `reference.run`."""
    require_exact(network)
    require_images(network, images)
    evaluated = [_image(network, image) for image in images.tolist()]
    shapes = network.maps()
    spikes = [
        np.array([words[index] for words, _ in evaluated], np.uint8).reshape(len(images), *shape)
        for index, shape in enumerate(shapes[1:-1])
    ]
    potentials = np.array([potentials for _, potentials in evaluated], np.int64).reshape(len(images), shapes[-1][0])
    return Evaluation(spikes, potentials)


def _image(network, pixels):
    """Spike words of every firing layer, and the potentials of the output layer, of one image [channel][y][x]."""
    of_pixels, of_spikes = (codes.part(code, "golden.codes.definitions") for code in (network.code_of(0), network.code))
    maps = [[[[of_pixels.events(pixel, network) for pixel in row] for row in channel] for channel in pixels]]
    all_words = []
    for layer in network.layers:
        potentials = _layer_potentials(network, layer, maps)
        if not layer.fires:
            return all_words, [channel[0][0] for channel in potentials]
        words = [
            [[of_spikes.encode(potential, int(offset), network) for potential in row] for row in channel]
            for channel, offset in zip(potentials, layer.offsets)
        ]
        all_words.append(words)
        maps.append([[[of_spikes.events(word, network) for word in row] for row in channel] for channel in words])


def _layer_potentials(network, layer, maps):
    """Membrane potentials [channel][y][x] after pooling, from all maps [channel][y][x] before the layer."""
    biases = layer.biases.tolist()
    read = [(maps[connection.source], connection.window, connection.weights.tolist()) for connection in layer.inputs]
    first, window, _ = read[0]
    height, width = Geometry(window, layer.pool).out_map((len(first[0]), len(first[0][0])))

    def unit(channel, y, x):
        window = (
            [(2 * y, 2 * x), (2 * y, 2 * x + 1), (2 * y + 1, 2 * x), (2 * y + 1, 2 * x + 1)] if layer.pool else [(y, x)]
        )
        return max(biases[channel] + sum(_received(network, *one, channel, *place) for one in read) for place in window)

    return [[[unit(channel, y, x) for x in range(width)] for y in range(height)] for channel in range(len(biases))]


def _received(network, inputs, window, weights, out_channel, out_y, out_x):
    """The sum of all products that one neuron receives through one connection."""
    total = 0
    for channel, taps in zip(inputs, weights[out_channel]):
        for tap_y, row in enumerate(taps):
            for tap_x, code in enumerate(row):
                y = out_y * window.stride + tap_y - window.padding[0]
                x = out_x * window.stride + tap_x - window.padding[1]
                if 0 <= y < len(channel) and 0 <= x < len(channel[0]):
                    for time, sign in channel[y][x]:
                        total += sign * product(code, time, network.fraction_bits)
    return total


def product(code, time, fraction_bits):
    """What one synaptic operation with a 5-bit weight code adds, in units of 2^-fraction_bits; it must lose no bit."""
    negative, magnitude = divmod(code, 2**formats.WEIGHT_SIGN_BIT)
    if magnitude == formats.ZERO_MAGNITUDE:
        return 0
    octaves, fraction = divmod(2 * magnitude + time, formats.TICKS_PER_OCTAVE)
    scaled = formats.PRODUCT_TABLE[fraction] * 2**fraction_bits
    return (-1 if negative else 1) * scaled // 2 ** (formats.PRODUCT_TABLE_BITS + octaves)
