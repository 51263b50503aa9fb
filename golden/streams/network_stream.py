"""The byte streams the hardware reads: the network stream of a schedule, and the image stream (docs/streams.md)."""

import numpy as np

from firstspike.golden import formats
from firstspike.golden.config import PIXELS_PER_WORD
from firstspike.golden.streams import record_values as stream_records
from firstspike.golden.streams import records

_BITS_OF_CODE = (np.arange(1 << formats.WEIGHT_BITS)[:, None] >> np.arange(formats.WEIGHT_BITS) & 1).astype(np.uint8)

_PARAMETERS = np.dtype([("bias", "<i4"), ("offset", "i1")])
"""One output channel in a parameter row: `formats.PARAMETER_BITS` bits without gaps."""


class StreamError(ValueError):
    """Numbers that the network stream has no room for."""


def encode(network, schedule):
    """The network stream of one run of the hardware.

    Parameters
    ----------
    network : Network
    schedule : Schedule
        Made for this network.

    Returns
    -------
    bytes
        Stream words of `network_bits` bits, back to back; the last one carries tlast.

    Raises
    ------
    StreamError
        A bias needs more than 32 bits.
    """
    config = schedule.config
    # kernel row, kernel column, input channel, output channel: the order of the weight rows
    rows_of_layer = [np.ascontiguousarray(layer.weights.transpose(2, 3, 1, 0)) for layer in network.layers]
    sections = [_record(records.START, stream_records.start_record(schedule))]
    for run in schedule.runs:
        layer = network.layers[run.layer]
        lanes = config.lanes // run.split
        sections.append(_record(records.LAYER, stream_records.layer_record(network, schedule, run)))
        for pass_ in run.passes:
            sections.append(_record(records.PASS, stream_records.pass_record(network, schedule, run, pass_)))
            outputs = slice(pass_.first_channel, pass_.first_channel + pass_.channels)
            if pass_.has_parameters:
                sections.append(_parameters(layer, outputs, lanes))
            first_input = pass_.first_word * schedule.input_word_neurons(run)
            inputs = slice(first_input, first_input + pass_.rows_per_tap)
            sections.append(_weights(rows_of_layer[run.layer][:, :, inputs, outputs], lanes))
    sections.append(_record(records.END, stream_records.end_record()))
    word_bytes = config.network_bits // 8
    return b"".join(section + bytes(-len(section) % word_bytes) for section in sections)


def image_stream(images):
    """The image stream.

    Parameters
    ----------
    images : uint8 (N, C, H, W)

    Returns
    -------
    bytes
        `H * W * ceil(C / 4)` words of 32 bits for each image; the last word of each image carries tlast.
    """
    count, channels, height, width = images.shape
    padded_channels = -(-channels // PIXELS_PER_WORD) * PIXELS_PER_WORD
    pixels = np.zeros((count, height, width, padded_channels), np.uint8)
    pixels[..., :channels] = images.transpose(0, 2, 3, 1)
    return pixels.tobytes()


def _record(fields, values):
    return records.pack(fields, values).to_bytes(records.RECORD_BITS // 8, "little")


def _parameters(layer, outputs, lanes):
    biases = layer.biases[outputs]
    limits = np.iinfo(np.int32)
    if biases.min() < limits.min or biases.max() > limits.max:
        worst = biases[np.argmax(np.abs(biases))]
        raise StreamError(f"layer {layer.name}: a bias must fit 32 bits, got {worst}")
    parameters = np.zeros(lanes, _PARAMETERS)
    parameters["bias"][: len(biases)] = biases
    parameters["offset"][: len(biases)] = layer.offsets[outputs]
    return parameters.tobytes()


def _weights(codes, lanes):
    channels = codes.shape[-1]
    rows = np.full((codes.size // channels, lanes), formats.ZERO_MAGNITUDE, np.uint8)
    rows[:, :channels] = codes.reshape(-1, channels)
    return np.packbits(_BITS_OF_CODE[rows.reshape(-1)], bitorder="little").tobytes()
