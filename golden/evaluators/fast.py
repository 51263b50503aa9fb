"""The fast exact evaluation: event driven, compiled by numba, on all cores.

A product depends on its exponent `e = 2m + t` only, and nothing is truncated, so an event of time `t = 4q + f` adds the
product for time f shifted right by q. For each layer the products for the four f are tabulated once as rows over the
output channels; an event then is one row, shifted and added.
"""

import numba
import numpy as np

from firstspike.golden import formats
from firstspike.golden.evaluators.evaluation import Evaluation, require_images
from firstspike.golden.evaluators.exactness import require_exact
from firstspike.golden.geometry import LayerGeometry


def run(network, images):
    """Evaluates `network` for every image; the same as `reference.run`.

    To evaluate several batches, make one `Evaluator` and keep it: its tables cost as much time as a few images.
    """
    return Evaluator(network).run(images)


class Evaluator:
    """The product tables of one network, ready to evaluate batches of images.

    Parameters
    ----------
    network : Network

    Raises
    ------
    NetworkError
        The network is not exact.
    """

    def __init__(self, network):
        require_exact(network)
        self.network = network
        self._products = [
            [
                product_tables(network.code_of(network.source(index, connection)), connection.weights, network)
                for connection in layer.inputs
            ]
            for index, layer in enumerate(network.layers)
        ]
        self._encoders = [network.code.encoder(layer.offsets, network) for layer in network.layers]

    def run(self, images):
        """Evaluates a batch.

        Parameters
        ----------
        images : uint8 array (N, channels, height, width)

        Returns
        -------
        Evaluation

        Raises
        ------
        InputError
            The images do not fit the network.
        """
        require_images(self.network, images)
        words = [np.ascontiguousarray(images.transpose(0, 2, 3, 1))]
        for index, layer in enumerate(self.network.layers):
            potentials = self._potentials(index, layer, words)
            if layer.fires:
                words.append(self._encoders[index](potentials))
        spikes = [np.ascontiguousarray(of_layer.transpose(0, 3, 1, 2)) for of_layer in words[1:]]
        return Evaluation(spikes, potentials[:, 0, 0].astype(np.int64))

    def _potentials(self, index, layer, words):
        """int32 (N, height, width, out_channels) after pooling, from the words of all maps before.

        int32 is arithmetic modulo 2^32, so only the final potential must fit, which `require_exact` proves.
        """
        biases = layer.biases.astype(np.int32)
        if len(layer.inputs) == 1:
            return self._sum(index, 0, words, biases, LayerGeometry.unit_inputs)
        # A pool takes the largest of whole sums, so it waits for the last connection.
        parts = (
            self._sum(index, number, words, np.zeros_like(biases), LayerGeometry.position_inputs)
            for number in range(len(layer.inputs))
        )
        return layer.unit_window.largest(sum(parts, start=biases), axis=1)

    def _sum(self, index, number, words, start, inputs_of):
        """What one connection adds to the potentials `start`; `inputs_of` says of which units or positions."""
        layer, network = self.network.layers[index], self.network
        connection = layer.inputs[number]
        source = network.source(index, connection)
        in_map = words[source].shape[1:3]
        rows_and_columns = inputs_of(layer.through(connection), in_map)
        out_map = (len(inputs) for inputs in rows_and_columns)
        potentials = np.empty((len(words[0]), *out_map, layer.out_channels), dtype=np.int32)
        accumulate(
            *events(words[source], *word_tables(network.code_of(source), network)),
            in_map,
            self._products[index][number],
            start,
            *rows_and_columns,
            potentials,
        )
        return potentials


def word_tables(code, settings):
    """What `events` must know of a code.

    Returns
    -------
    first : int64 array (words + 1,)
        First event of every word in the next two.
    times : uint8 array (events,)
    negative : uint8 array (events,)
    signs : int
        Rows of products that an input channel has: 2 if events can be negative, else 1.
    """
    of_word = [code.events(word, settings) for word in range(1 << code.bits)]
    first = np.concatenate([[0], np.cumsum([len(found) for found in of_word])]).astype(np.int64)
    times = np.array([event.time for found in of_word for event in found], np.uint8)
    negative = np.array([event.sign < 0 for found in of_word for event in found], np.uint8)
    return first, times, negative, 1 + int(negative.any())


def product_tables(code, weights, settings, fractions=None):
    """int32 (fractions f, kernel taps, in_channels * signs, out_channels): signed products for the times f = 0..3.

    By default the fractions of an octave that no event time of the code has are left out at the end.
    """
    fractions = fractions or 1 + max(time % formats.TICKS_PER_OCTAVE for time in code.event_times(settings))
    codes = codes_by_row(weights)
    tables = np.stack([_products(codes, time, settings.fraction_bits) for time in range(fractions)])
    *_, signs = word_tables(code, settings)
    if signs == 1:
        return tables
    return np.stack([tables, -tables], axis=3).reshape(*tables.shape[:2], -1, tables.shape[-1])


def _products(codes, time, fraction_bits):
    """Signed products of weight codes and an event at this time. `require_exact` has seen that none loses a bit."""
    of_code = np.zeros(1 << formats.WEIGHT_BITS, np.int32)
    for code in np.unique(codes).tolist():
        negative, magnitude = divmod(code, 1 << formats.WEIGHT_SIGN_BIT)
        product = formats.product(magnitude, time, fraction_bits)
        of_code[code] = -product if negative else product
    return of_code[codes]


def codes_by_row(weights):
    """Weight codes (out, in, kernel_h, kernel_w) in the order (kernel taps, in_channels, out_channels)."""
    codes = np.ascontiguousarray(weights.transpose(2, 3, 1, 0))
    return codes.reshape(-1, weights.shape[1], weights.shape[0])


@numba.njit(parallel=True, cache=True)
def events(words, first, word_times, negative, signs):
    """Events of words (N, height, width, channels), position by position.

    Parameters
    ----------
    words : uint8 array
    first, word_times, negative, signs
        Of `word_tables`.

    Returns
    -------
    first_event : int64 (N * height * width + 1,)
    rows : int32 (events,)
        Row of products: channel, and sign where there are two.
    times : uint8 (events,)
    """
    images, height, width, in_channels = words.shape
    positions = images * height * width
    flat = words.reshape(positions, in_channels)
    first_event = np.zeros(positions + 1, np.int64)
    for position in numba.prange(positions):
        count = 0
        for channel in range(in_channels):
            word = flat[position, channel]
            count += first[word + 1] - first[word]
        first_event[position + 1] = count
    for position in range(positions):
        first_event[position + 1] += first_event[position]
    rows = np.empty(first_event[positions], np.int32)
    times = np.empty(first_event[positions], np.uint8)
    for position in numba.prange(positions):
        event = first_event[position]
        for channel in range(in_channels):
            word = flat[position, channel]
            for of_word in range(first[word], first[word + 1]):
                rows[event] = channel * signs + (negative[of_word] if signs == 2 else 0)
                times[event] = word_times[of_word]
                event += 1
    return first_event, rows, times


@numba.njit(parallel=True, cache=True)
def accumulate(first_event, rows, times, in_map, tables, biases, in_rows, in_columns, potentials):
    """Fills `potentials`, int32 (N, height, width, out_channels), after pooling.

    `in_rows` and `in_columns` are the inputs of the units (`LayerGeometry.unit_inputs`); negative ones are padding.
    """
    images, height, width, out_channels = potentials.shape
    _, size, kernel_h = in_rows.shape
    kernel_w = in_columns.shape[2]
    for row in numba.prange(images * height):
        image, unit_y = divmod(np.int64(row), height)
        potential = np.empty(out_channels, np.int32)
        for unit_x in range(width):
            for position in range(size * size):
                potential[:] = biases
                for tap in range(kernel_h * kernel_w):
                    y = in_rows[unit_y, position // size, tap // kernel_w]
                    x = in_columns[unit_x, position % size, tap % kernel_w]
                    if y >= 0 and x >= 0:
                        source = (image * in_map[0] + y) * in_map[1] + x
                        for event in range(first_event[source], first_event[source + 1]):
                            shift = np.int32(times[event] >> 2)
                            products = tables[times[event] & 3, tap, rows[event]]
                            for lane in range(out_channels):
                                potential[lane] += products[lane] >> shift
                unit = potentials[image, unit_y, unit_x]
                if position == 0:
                    unit[:] = potential
                else:
                    for lane in range(out_channels):
                        unit[lane] = max(unit[lane], potential[lane])
