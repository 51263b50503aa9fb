"""The fast exact evaluation: event driven, compiled by numba, on all cores.

A product depends on its exponent `e = 2m + t` only, and nothing is truncated, so an event of time `t = 4q + f` adds the
product for time f shifted right by q. For each layer the products for the four f are tabulated once as rows over the
output channels; an event then is one row, shifted and added.
"""

import numba
import numpy as np

from firstspike.golden import formats
from firstspike.golden.evaluators.evaluation import Evaluation, require_images
from firstspike.golden.evaluators.exactness import event_times, require_exact, signed_products
from firstspike.golden.network import DIRECT


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
        self._tables = [
            _input_tables(network) if index == 0 and network.input_coding == DIRECT else _product_tables(network, index)
            for index in range(len(network.layers))
        ]
        self._borders = [
            spike_time_borders(layer.offsets, network.time_steps, network.fraction_bits) for layer in network.layers
        ]

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
        words = input_words(self.network, images)
        spikes = []
        for layer, tables, borders, (_, *in_map) in zip(
            self.network.layers, self._tables, self._borders, self.network.input_maps()
        ):
            first_event, channels, times = events(words)
            # int32 is arithmetic modulo 2^32, so only the final potential must fit, which `require_exact` proves.
            potentials = np.empty((len(images), *layer.out_map(in_map), layer.out_channels), dtype=np.int32)
            accumulate(
                first_event,
                channels,
                times,
                tuple(in_map),
                tables,
                layer.biases.astype(np.int32),
                *layer.unit_inputs(in_map),
                potentials,
            )
            if layer.fires:
                words = fire(potentials, borders)
                spikes.append(np.ascontiguousarray(words.transpose(0, 3, 1, 2)))
        return Evaluation(spikes, potentials[:, 0, 0].astype(np.int64))


def input_words(network, images):
    """Spike words (N, height, width, channels) of the images.

    Under direct coding each pixel digit and sign is a channel of its own, which fires at time 0 or stays silent; its
    time and sign are in its rows of `_input_tables`. So the input layer is a layer like the others.
    """
    pixels = np.ascontiguousarray(images.transpose(0, 2, 3, 1))
    if network.input_coding == DIRECT:
        digits = formats.pixel_digits(np.arange(1 << formats.PIXEL_BITS))
        of_pixel = np.where(np.stack([digits > 0, digits < 0], axis=-1), 0, formats.SILENT).astype(np.uint8)
        return of_pixel[pixels].reshape(*pixels.shape[:3], pixels.shape[3] * of_pixel[0].size)
    of_pixel = np.array(
        [formats.pixel_spike_time(pixel, network.time_steps) for pixel in range(1 << formats.PIXEL_BITS)],
        dtype=np.uint8,
    )
    return of_pixel[pixels]


def _product_tables(network, index):
    """int32 (fractions f, kernel taps, in_channels, out_channels): signed products for the times f = 0..3."""
    codes = codes_by_row(network.layers[index].weights)
    fractions = min(formats.TICKS_PER_OCTAVE, len(event_times(network, index)))
    products = signed_products(network, index).astype(np.int32)
    return np.stack([products[:, f][codes] for f in range(fractions)])


def _input_tables(network):
    """int32 (1, kernel taps, in_channels * digits * signs, out_channels): signed products of pixel digits."""
    codes = codes_by_row(network.layers[0].weights)
    products = signed_products(network, 0).astype(np.int32)
    times = [formats.digit_time(digit) for digit in range(formats.PIXEL_DIGITS)]
    of_digit = np.stack([products[:, time][codes] for time in times], axis=2)
    taps, _, _, out_channels = of_digit.shape
    return np.stack([of_digit, -of_digit], axis=3).reshape(1, taps, -1, out_channels)


def codes_by_row(weights):
    """Weight codes (out, in, kernel_h, kernel_w) in the order (kernel taps, in_channels, out_channels)."""
    codes = np.ascontiguousarray(weights.transpose(2, 3, 1, 0))
    return codes.reshape(-1, weights.shape[1], weights.shape[0])


def spike_time_borders(offsets, time_steps, fraction_bits):
    """int64 (channels, time_steps), from int (channels,): the smallest potential that fires at this time or earlier.

    The fire rule turned around: with `t + j = 4*(F - b) - n`, n in 1..4, it is the smallest positive V with
    `256 * V >= th[n - 1] * 2^b`.
    """
    borders = np.empty((len(offsets), time_steps), dtype=np.int64)
    for channel, offset in enumerate(offsets.tolist()):
        for time in range(time_steps):
            crossed = (-(time + offset) - 1) % formats.TICKS_PER_OCTAVE + 1
            leading_one = fraction_bits - (time + offset + crossed) // formats.TICKS_PER_OCTAVE
            threshold = formats.FIRE_THRESHOLDS[crossed - 1] << max(leading_one, 0)
            border = -(-threshold >> formats.FIRE_THRESHOLD_BITS + max(-leading_one, 0))
            # No int32 potential reaches a border beyond int32.
            borders[channel, time] = min(border, 1 << 32)
    return borders


@numba.njit(parallel=True, cache=True)
def events(words):
    """Events of spike words (N, height, width, channels), position by position.

    Returns
    -------
    first_event : int64 (N * height * width + 1,)
    channels : int32 (events,)
    times : uint8 (events,)
    """
    images, height, width, in_channels = words.shape
    positions = images * height * width
    flat = words.reshape(positions, in_channels)
    first_event = np.zeros(positions + 1, np.int64)
    for position in numba.prange(positions):
        count = 0
        for channel in range(in_channels):
            count += flat[position, channel] != formats.SILENT
        first_event[position + 1] = count
    for position in range(positions):
        first_event[position + 1] += first_event[position]
    channels = np.empty(first_event[positions], np.int32)
    times = np.empty(first_event[positions], np.uint8)
    for position in numba.prange(positions):
        event = first_event[position]
        for channel in range(in_channels):
            if flat[position, channel] != formats.SILENT:
                channels[event] = channel
                times[event] = flat[position, channel]
                event += 1
    return first_event, channels, times


@numba.njit(parallel=True, cache=True)
def accumulate(first_event, channels, times, in_map, tables, biases, rows, columns, potentials):
    """Fills `potentials`, int32 (N, height, width, out_channels), after pooling.

    `rows` and `columns` are the inputs of the units (`LayerGeometry.unit_inputs`); negative ones are padding.
    """
    images, height, width, out_channels = potentials.shape
    _, size, kernel_h = rows.shape
    kernel_w = columns.shape[2]
    for row in numba.prange(images * height):
        image, unit_y = divmod(np.int64(row), height)
        potential = np.empty(out_channels, np.int32)
        for unit_x in range(width):
            for position in range(size * size):
                potential[:] = biases
                for tap in range(kernel_h * kernel_w):
                    y = rows[unit_y, position // size, tap // kernel_w]
                    x = columns[unit_x, position % size, tap % kernel_w]
                    if y >= 0 and x >= 0:
                        source = (image * in_map[0] + y) * in_map[1] + x
                        for event in range(first_event[source], first_event[source + 1]):
                            shift = np.int32(times[event] >> 2)
                            products = tables[times[event] & 3, tap, channels[event]]
                            for lane in range(out_channels):
                                potential[lane] += products[lane] >> shift
                unit = potentials[image, unit_y, unit_x]
                if position == 0:
                    unit[:] = potential
                else:
                    for lane in range(out_channels):
                        unit[lane] = max(unit[lane], potential[lane])


@numba.njit(parallel=True, cache=True)
def fire(potentials, borders):
    """Spike words, uint8 of the shape of `potentials` (N, height, width, out_channels)."""
    images, height, width, out_channels = potentials.shape
    time_steps = borders.shape[1]
    words = np.empty(potentials.shape, np.uint8)
    for row in numba.prange(images * height):
        image, y = divmod(np.int64(row), height)
        for x in range(width):
            for channel in range(out_channels):
                potential = potentials[image, y, x, channel]
                if potential < borders[channel, time_steps - 1]:
                    words[image, y, x, channel] = formats.SILENT
                    continue
                earliest, latest = 0, time_steps - 1
                while earliest < latest:
                    middle = (earliest + latest) // 2
                    if potential >= borders[channel, middle]:
                        latest = middle
                    else:
                        earliest = middle + 1
                words[image, y, x, channel] = earliest
    return words
