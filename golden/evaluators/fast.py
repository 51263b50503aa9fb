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
        self._products = [product_tables(network, index, layer.weights) for index, layer in enumerate(network.layers)]
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
        words = np.ascontiguousarray(images.transpose(0, 2, 3, 1))
        spikes = []
        for index, (layer, products, (_, *in_map)) in enumerate(
            zip(self.network.layers, self._products, self.network.input_maps())
        ):
            first_event, rows, times = events(words, *word_tables(self.network.in_code(index), self.network))
            # int32 is arithmetic modulo 2^32, so only the final potential must fit, which `require_exact` proves.
            potentials = np.empty((len(images), *layer.out_map(in_map), layer.out_channels), dtype=np.int32)
            accumulate(
                first_event,
                rows,
                times,
                tuple(in_map),
                products,
                layer.biases.astype(np.int32),
                *layer.unit_inputs(in_map),
                potentials,
            )
            if layer.fires:
                words = self._encoders[index](potentials)
                spikes.append(np.ascontiguousarray(words.transpose(0, 3, 1, 2)))
        return Evaluation(spikes, potentials[:, 0, 0].astype(np.int64))


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


def product_tables(network, index, weights, fractions=None):
    """int32 (fractions f, kernel taps, in_channels * signs, out_channels): signed products for the times f = 0..3.

    By default the fractions of an octave that no event time of the layer's input has are left out at the end.
    """
    code = network.in_code(index)
    fractions = fractions or 1 + max(time % formats.TICKS_PER_OCTAVE for time in code.event_times(network))
    codes = codes_by_row(weights)
    tables = np.stack([_products(codes, time, network.fraction_bits) for time in range(fractions)])
    *_, signs = word_tables(code, network)
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
