"""Flips in the bytes of the two input streams, and what they mean to the golden model."""

from functools import partial

import numpy as np

from firstspike.golden import formats
from firstspike.golden.config import IMAGE_STREAM_BITS
from firstspike.golden.evaluators.faults import Faults
from firstspike.golden.network_file import NetworkFile
from firstspike.golden.streams.sections import PARAMETERS, RECORD, sections
from firstspike.verify.faults import hits, sites


def draw(
    network_file: NetworkFile, images: int, stream: str, count: int, rng: np.random.Generator
) -> tuple[list[int], Faults]:
    """Random flips in a stream: bits, counted from the low bit of its first byte, and what they mean.

    `images` is the number of images of all runs; every run gets the same network stream. The stream is "network_stream"
    (biases, offsets and weights that the processor uses) or "image_stream".
    """
    found = list((_network_bits if stream == "network_stream" else _image_bits)(network_file, images))
    faults = Faults()
    bits = []
    for index in rng.choice(len(found), min(count, len(found)), replace=False):
        first_bit, width, hit = found[index]
        bit = int(rng.integers(width))
        bits.append(first_bit + bit)
        hit(faults, bit)
    return bits, faults


def _network_bits(network_file, images):
    """(first bit, bits, function that adds a flip to Faults) of every number in the network stream."""
    network, schedule = network_file.network, network_file.schedule
    for section in sections(schedule):
        if section.kind == RECORD:
            continue
        run, pass_ = section.run, section.pass_
        layer = network.layers[run.layer]
        if section.kind == PARAMETERS:
            passes = sites.group_passes(run, run.passes.index(pass_))
            bits = formats.PARAMETER_BITS if layer.fires else hits.BIAS_BITS
            units = partial(_mask, network, schedule, run, images, passes)
            for n in range(pass_.channels):
                hit = partial(hits.parameter, run.layer, layer.out_channels, pass_.first_channel + n, units)
                yield section.first_bit + n * formats.PARAMETER_BITS, bits, hit
            continue
        units = partial(_mask, network, schedule, run, images, [pass_])
        first_input = pass_.first_word * schedule.input_word_neurons(run)
        lanes = schedule.config.lanes // run.split
        for row in range(pass_.rows):
            tap, channel = divmod(row, pass_.rows_per_tap)
            for n in range(pass_.channels):
                place = pass_.first_channel + n, first_input + channel, *divmod(tap, layer.window.kernel[1])
                hit = partial(hits.weight, run.layer, layer.weights.shape, place, units)
                yield section.first_bit + (row * lanes + n) * formats.WEIGHT_BITS, formats.WEIGHT_BITS, hit


def _mask(network, schedule, run, images, passes):
    """bool (images, height, width): the units of `passes` in every batch."""
    _, height, width = network.maps()[run.layer + 1]
    of_run = np.zeros(run.images * height * width, bool)
    for pass_ in passes:
        of_run[pass_.first_unit : pass_.first_unit + pass_.units] = True
    mask = np.zeros((images // schedule.batch, schedule.batch, height, width), bool)
    mask[:, run.first_image : run.first_image + run.images] = of_run.reshape(run.images, height, width)
    return mask.reshape(images, height, width)


def _image_bits(network_file, images):
    """The same of the image stream, whose words go into the image buffer one after the other."""
    schedule = network_file.schedule
    walk = sites.Walk(network_file.network, schedule, images // schedule.batch)
    for site in sites.ENUMERATIONS["images"](walk):
        word = site.write * schedule.config.image_words + site.row
        yield word * IMAGE_STREAM_BITS + site.first_bit, site.bits, site.hit
