"""The network as a spiking simulation in time: kernels decay tick by tick, then thresholds fall tick by tick.

In the first phase of a layer every neuron receives the spikes of tick 0, then those of tick 1 and so on; what a spike
adds is the synaptic kernel of that tick. In the second phase no input arrives any more, the threshold falls from tick to
tick, and a neuron fires in the tick in which its potential is first reached. No exponent is added, no logarithm taken
and no window reduced by its largest potential: a pooled window fires with the first of its four neurons.
"""

import numpy as np

from firstspike.golden import formats
from firstspike.golden.codes import pixel_digits, ttfs
from firstspike.golden.evaluators.evaluation import Evaluation, require_images
from firstspike.golden.evaluators.exactness import require_exact
from firstspike.golden.network import DIRECT, NetworkError

SIGN = 1 << formats.WEIGHT_SIGN_BIT


def run(network, images):
    """Evaluates `network`, whose spike code must be TTFS, for every image; all else is as for `reference.run`."""
    if network.spike_code != ttfs.Ttfs.name:
        raise NetworkError(
            f"network {network.name}: a simulation in time needs the spike code ttfs, not {network.spike_code}"
        )
    require_exact(network)
    require_images(network, images)
    arriving = _pixel_planes(network, images)
    all_words = []
    for index, layer in enumerate(network.layers):
        potentials = receive(
            layer, arriving, 1 + network.in_code(index).event_times(network)[-1], network.fraction_bits
        )
        if not layer.fires:
            return Evaluation(all_words, potentials[:, :, 0, 0])
        words = fall(potentials, layer.offsets, network.time_steps, network.fraction_bits)
        all_words.append(first_of_window(words) if layer.pool else words)
        arriving = _spike_planes(all_words[-1])


def _spike_planes(words):
    """Function of a tick: int8 array of the shape of `words`, 1 where a neuron fires in this tick."""
    return lambda tick: (words == tick).astype(np.int8)


def _pixel_planes(network, images):
    """Function of a tick: int8 (N, channels, height, width), the spikes of that tick and their signs."""
    if network.input_coding == DIRECT:
        digits = pixel_digits.digits(images)
        by_tick = {pixel_digits.digit_time(digit): digits[..., digit] for digit in range(pixel_digits.DIGITS)}
        silence = np.zeros(images.shape, np.int8)
        return lambda tick: by_tick.get(tick, silence)
    # A pixel is a neuron with the potential p and no offset.
    offsets = np.zeros(images.shape[1], np.int64)
    return _spike_planes(fall(images.astype(np.int64), offsets, network.time_steps, formats.PIXEL_BITS))


def receive(layer, arriving, ticks, fraction_bits):
    """First phase: potentials after all input spikes.

    Parameters
    ----------
    layer : Layer
    arriving : function of a tick
        int8 (N, in_channels, height, width): spikes of this tick, -1 for one that counts negative.
    ticks : int
    fraction_bits : int

    Returns
    -------
    int64 array (N, out_channels, height, width)
        Before pooling.
    """
    in_map = arriving(0).shape
    potentials = np.empty((in_map[0], layer.out_channels, *layer.conv_map(in_map[2:])), np.int64)
    potentials[:] = layer.biases[:, None, None]
    negative, magnitudes = layer.weights & SIGN != 0, layer.weights % SIGN
    kernel = _kernel(fraction_bits)
    for tick in range(ticks):
        spikes = arriving(tick)
        if spikes.any():
            strength = kernel[2 * magnitudes]
            potentials += _meet(layer, spikes, np.where(negative, -strength, strength))
        kernel = _decayed(kernel)
    return potentials


def _kernel(fraction_bits):
    """int64: the synaptic kernel, its present value and what it will be in the ticks to come.

    A weight of magnitude code m is the kernel 2m ticks later; the weight zero is the end, after which nothing comes.
    """
    octave = np.array(formats.PRODUCT_TABLE, np.int64) << fraction_bits - formats.PRODUCT_TABLE_BITS
    values = np.concatenate([octave >> octaves for octaves in range(2 * formats.ZERO_MAGNITUDE // len(octave) + 1)])
    return np.append(values[: 2 * formats.ZERO_MAGNITUDE], 0)


def _decayed(kernel):
    """The kernel one tick later: in four ticks it halves. No bit that is used is lost, the network is exact."""
    newest = kernel[-1 - formats.TICKS_PER_OCTAVE] >> 1
    return np.concatenate([kernel[1:-1], [newest, 0]])


def _meet(layer, spikes, strength):
    """int64 (N, out_channels, height, width): each neuron's sum of the strengths (as `layer.weights`) of its spikes."""
    stride, (pad_y, pad_x) = layer.window.stride, layer.window.padding
    padded = np.pad(spikes, ((0, 0), (0, 0), (pad_y, pad_y), (pad_x, pad_x))).astype(np.int64)
    windows = np.lib.stride_tricks.sliding_window_view(padded, layer.window.kernel, axis=(2, 3))
    windows = windows[:, :, ::stride, ::stride]
    return np.tensordot(windows, strength, ((1, 4, 5), (1, 2, 3))).transpose(0, 3, 1, 2)


def fall(potentials, offsets, time_steps, fraction_bits):
    """Second phase: the threshold falls one tick per step, and the first crossing fires.

    Parameters
    ----------
    potentials : int64 array (N, channels, height, width)
    offsets : int64 array (channels,)
        Ticks by which a channel's threshold is below that of channel offset 0.
    time_steps, fraction_bits : int

    Returns
    -------
    uint8 array (N, channels, height, width)
        Spike words.
    """
    words = np.full(potentials.shape, ttfs.SILENT, np.uint8)
    # The threshold of tick u is th[step] * 2^octave / 256: four steps make an octave, and it begins at u = offset.
    steps = len(ttfs.FIRE_THRESHOLDS)
    octaves, step = np.divmod(steps * fraction_bits - offsets - 1, steps)
    for tick in range(time_steps):
        # Rounded up, it is the smallest integer potential that reaches the threshold.
        scaled = np.array(ttfs.FIRE_THRESHOLDS)[step] << np.maximum(octaves, 0)
        threshold = -(-scaled >> ttfs.FIRE_THRESHOLD_BITS + np.maximum(-octaves, 0))
        words[(words == ttfs.SILENT) & (potentials >= threshold[:, None, None])] = tick
        octaves, step = np.where(step == 0, octaves - 1, octaves), np.where(step == 0, steps - 1, step - 1)
    return words


def first_of_window(words):
    """The first spike of each 2x2 window (silence is later than any); a last odd row or column is dropped."""
    even = words[..., : words.shape[-2] // 2 * 2, : words.shape[-1] // 2 * 2]
    return np.minimum.reduce([even[..., y::2, x::2] for y in (0, 1) for x in (0, 1)])
