"""The definitions of docs/formats.md, neuron by neuron, in plain Python integers.

It shares only the constants of the formats with the other evaluations and follows the words of the document instead of
an idea of how to compute them, so it is slow: it exists to be compared with.
"""

import numpy as np

from firstspike.golden import formats
from firstspike.golden.evaluators.evaluation import Evaluation, require_images
from firstspike.golden.evaluators.exactness import require_exact
from firstspike.golden.network import DIRECT


def run(network, images):
    """Evaluates `network` for every image: parameters, result and errors are those of `reference.run`."""
    require_exact(network)
    require_images(network, images)
    evaluated = [_image(network, image) for image in images.tolist()]
    shapes = network.input_maps()
    spikes = [
        np.array([words[index] for words, _ in evaluated], np.uint8).reshape(len(images), *shape)
        for index, shape in enumerate(shapes[1:-1])
    ]
    potentials = np.array([potentials for _, potentials in evaluated], np.int64).reshape(len(images), shapes[-1][0])
    return Evaluation(spikes, potentials)


def _image(network, pixels):
    """Spike words of every firing layer, and the potentials of the output layer, of one image [channel][y][x]."""
    inputs = [[[_pixel_events(network, pixel) for pixel in row] for row in channel] for channel in pixels]
    all_words = []
    for layer in network.layers:
        potentials = _layer_potentials(network, layer, inputs)
        if not layer.fires:
            return all_words, [channel[0][0] for channel in potentials]
        words = [
            [
                [fire(potential, int(offset), network.time_steps, network.fraction_bits) for potential in row]
                for row in channel
            ]
            for channel, offset in zip(potentials, layer.offsets)
        ]
        all_words.append(words)
        inputs = [[[_spike_events(word) for word in row] for row in channel] for channel in words]


def _pixel_events(network, pixel):
    """(time, sign) of the events of one pixel."""
    if network.input_coding != DIRECT:
        return _spike_events(fire(pixel, 0, network.time_steps, formats.PIXEL_BITS))
    return [
        (formats.TICKS_PER_OCTAVE * (formats.PIXEL_BITS - digit), sign)
        for digit, sign in enumerate(signed_digits(pixel))
        if sign
    ]


def _spike_events(word):
    return [] if word == formats.SILENT else [(word, 1)]


def signed_digits(number):
    """Signed binary digits of a number, lowest first, no two neighbours nonzero."""
    digits = []
    while number:
        # An odd number gets the digit after which the next one is zero: the rest must be a multiple of four.
        digit = 2 - number % 4 if number % 2 else 0
        digits.append(digit)
        number = (number - digit) // 2
    return digits


def _layer_potentials(network, layer, inputs):
    """Membrane potentials [channel][y][x] after pooling."""
    weights, biases = layer.weights.tolist(), layer.biases.tolist()
    height, width = layer.out_map((len(inputs[0]), len(inputs[0][0])))

    def unit(channel, y, x):
        window = (
            [(2 * y, 2 * x), (2 * y, 2 * x + 1), (2 * y + 1, 2 * x), (2 * y + 1, 2 * x + 1)] if layer.pool else [(y, x)]
        )
        return max(biases[channel] + _received(network, layer, weights[channel], inputs, *place) for place in window)

    return [[[unit(channel, y, x) for x in range(width)] for y in range(height)] for channel in range(len(weights))]


def _received(network, layer, weights, inputs, out_y, out_x):
    """The sum of all products that one neuron receives."""
    total = 0
    for channel, taps in zip(inputs, weights):
        for tap_y, row in enumerate(taps):
            for tap_x, code in enumerate(row):
                y = out_y * layer.window.stride + tap_y - layer.window.padding[0]
                x = out_x * layer.window.stride + tap_x - layer.window.padding[1]
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


def fire(potential, offset, time_steps, fraction_bits):
    """Spike word of one neuron by the fire rule; parameters as in `formats.fire`."""
    if potential <= 0:
        return formats.SILENT
    leading_one = 0
    while 2 ** (leading_one + 1) <= potential:
        leading_one += 1
    reached = [
        threshold
        for threshold in formats.FIRE_THRESHOLDS
        if 2**formats.FIRE_THRESHOLD_BITS * potential >= threshold * 2**leading_one
    ]
    time = formats.TICKS_PER_OCTAVE * (fraction_bits - leading_one) - len(reached) - offset
    return formats.SILENT if time > time_steps - 1 else max(0, time)
