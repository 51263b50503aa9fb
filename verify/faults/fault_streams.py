"""Flips in the bytes of the two input streams, and what they mean to the golden model."""

import numpy as np

from firstspike.golden import formats
from firstspike.golden.config import PIXELS_PER_WORD
from firstspike.golden.evaluators.faults import Faults, Flips, LayerFaults, LocalFlips
from firstspike.golden.streams.sections import PARAMETERS, RECORD, sections
from firstspike.verify.faults.sites import BIAS_BITS


def draw(network_file, images, stream, count, rng):
    """Random flips in a stream.

    Parameters
    ----------
    network_file : NetworkFile
    images : int
        N, of all runs; every run gets the same network stream.
    stream : str
        "network_stream" (biases, offsets and weights that the processor uses) or "image_stream".
    count : int
    rng : numpy.random.Generator

    Returns
    -------
    bits : list of int
        Bits of the stream, counted from the low bit of its first byte.
    faults : golden.evaluators.faults.Faults
    """
    found = _network_bits(network_file, images) if stream == "network_stream" else _image_bits(network_file, images)
    found = list(found)
    faults = Faults()
    bits = []
    for index in rng.choice(len(found), min(count, len(found)), replace=False):
        first_bit, width, add = found[index]
        bit = int(rng.integers(width))
        bits.append(first_bit + bit)
        add(faults, bit)
    return bits, faults


def flip(stream, bits):
    """`stream` (bytes) with these bits turned over."""
    flipped = np.frombuffer(stream, np.uint8).copy()
    np.bitwise_xor.at(flipped, np.array(bits) // 8, (1 << np.array(bits) % 8).astype(np.uint8))
    return flipped.tobytes()


def _network_bits(network_file, images):
    """(first bit, bits, function that adds a flip to Faults) of every number in the network stream."""
    network, schedule = network_file.network, network_file.schedule
    for section in sections(schedule):
        if section.kind == RECORD:
            continue
        run, sweep = section.run, section.sweep
        layer = network.layers[run.layer]
        if section.kind == PARAMETERS:
            units = _mask(network, schedule, run, images, _passes_of_group(run, run.passes.index(sweep)))
            bits = formats.PARAMETER_BITS if layer.fires else BIAS_BITS
            for n in range(sweep.channels):
                yield (
                    section.first_bit + n * formats.PARAMETER_BITS,
                    bits,
                    _adds_parameter(run.layer, layer, sweep.first_channel + n, units),
                )
            continue
        units = _mask(network, schedule, run, images, [sweep])
        first_input = sweep.first_word * schedule.input_word_neurons(run)
        lanes = schedule.config.lanes // run.split
        for row in range(sweep.rows):
            tap, channel = divmod(row, sweep.rows_per_tap)
            for n in range(sweep.channels):
                place = sweep.first_channel + n, first_input + channel, *divmod(tap, layer.window.kernel[1])
                yield (
                    section.first_bit + (row * lanes + n) * formats.WEIGHT_BITS,
                    formats.WEIGHT_BITS,
                    _adds_weight(run.layer, layer, place, units),
                )


def _passes_of_group(run, index):
    end = next((n for n in range(index + 1, len(run.passes)) if run.passes[n].has_parameters), len(run.passes))
    return [sweep for sweep in run.passes[index:end] if sweep.last_chunk]


def _mask(network, schedule, run, images, passes):
    """bool (images, height, width): the units of `passes` in every batch."""
    _, height, width = network.maps()[run.layer + 1]
    of_run = np.zeros(run.images * height * width, bool)
    for sweep in passes:
        of_run[sweep.first_unit : sweep.first_unit + sweep.units] = True
    mask = np.zeros((images // schedule.batch, schedule.batch, height, width), bool)
    mask[:, run.first_image : run.first_image + run.images] = of_run.reshape(run.images, height, width)
    return mask.reshape(images, height, width)


def _adds_weight(index, layer, place, units):
    def add(faults, bit):
        flips = Flips(np.array([np.ravel_multi_index(place, layer.weights.shape)]), np.array([bit], np.uint8))
        faults.layers.setdefault(index, LayerFaults()).weights.append(LocalFlips(flips, units))

    return add


def _adds_parameter(index, layer, channel, units):
    def add(faults, bit):
        flips = Flips(np.array([channel]), np.array([bit % BIAS_BITS], np.uint8))
        kind = "biases" if bit < BIAS_BITS else "offsets"
        getattr(faults.layers.setdefault(index, LayerFaults()), kind).append(LocalFlips(flips, units))

    return add


def _image_bits(network_file, images):
    channels, height, width = network_file.network.input_shape
    shape = images, channels, height, width
    words = -(-channels // PIXELS_PER_WORD)
    for image in range(images):
        for position in range(height * width):
            for channel in range(channels):
                pixel = (image * height * width + position) * words * PIXELS_PER_WORD + channel
                place = np.ravel_multi_index((image, channel, *divmod(position, width)), shape)

                def add(faults, bit, place=place):
                    faults.images.append(Flips(np.array([place]), np.array([bit], np.uint8)))

                yield pixel * formats.PIXEL_BITS, formats.PIXEL_BITS, add
