"""The records of the network stream that say what a schedule's runs and passes do (docs/streams.md)."""

from dataclasses import dataclass

from firstspike.golden import formats, network
from firstspike.golden.config import ADDRESS_BITS
from firstspike.golden.streams import records
from firstspike.golden.streams.records import InputKind, Opcode

_ADDRESSES = 1 << ADDRESS_BITS


def start_record(schedule):
    """Values of the START record by field name."""
    return {
        "opcode": Opcode.START,
        "version": records.STREAM_VERSION,
        "batch": schedule.batch,
        "magic": records.MAGIC,
        "fingerprint": schedule.config.fingerprint,
    }


def layer_record(net, schedule, run):
    """Values of the LAYER record of `run` by field name."""
    layer = net.layers[run.layer]
    shapes = net.maps()
    (_, in_h, in_w), (_, units_h, units_w) = shapes[run.layer], shapes[run.layer + 1]
    kernel_h, kernel_w = layer.window.kernel
    pad_y, pad_x = layer.window.padding
    return {
        "opcode": Opcode.LAYER,
        "layer": run.layer,
        "input_kind": _input_kind(net, run),
        "is_output": not layer.fires,
        "pool": layer.pool is not None,
        "stride_log2": layer.window.stride.bit_length() - 1,
        "split_log2": run.split.bit_length() - 1,
        "release_image": run.layer == 0,
        "kernel_h": kernel_h,
        "kernel_w": kernel_w,
        "pad_y": pad_y,
        "pad_x": pad_x,
        "in_h": in_h,
        "in_w": in_w,
        "in_words": run.in_words,
        "in_row_stride": in_w * run.in_words,
        "in_image_stride": in_h * in_w * run.in_words,
        "units_h": units_h,
        "units_w": units_w,
        "out_words": run.out_words,
        "first_image": run.first_image,
        "images": run.images,
    }


def pass_record(net, schedule, run, pass_):
    """Values of the PASS record of `pass_`, a pass of `run`, by field name."""
    layer = net.layers[run.layer]
    shapes = net.maps()
    (_, in_h, in_w), (_, units_h, units_w) = shapes[run.layer], shapes[run.layer + 1]
    image, unit = divmod(pass_.first_unit, units_h * units_w)
    y, x = divmod(unit, units_w)

    def address_of_unit(y, x):
        # tap (0, 0) may lie in the padding before the map, so addresses wrap
        row, column = layer.first_input((y, x))
        row_of_batch = image * in_h + row
        return (run.in_base + (row_of_batch * in_w + column) * run.in_words + pass_.first_word) % _ADDRESSES

    return {
        "opcode": Opcode.PASS,
        "first_chunk": pass_.first_chunk,
        "last_chunk": pass_.last_chunk,
        "has_parameters": pass_.has_parameters,
        "first_channel": pass_.first_channel,
        "channels": pass_.channels,
        "words": pass_.words,
        "tail_rows": pass_.tail_rows,
        "rows_per_tap": pass_.rows_per_tap,
        "rows": pass_.rows,
        "units": pass_.units,
        "start_y": y,
        "start_x": x,
        "start_image": image,
        "image_base": address_of_unit(0, 0),
        "row_base": address_of_unit(y, 0),
        "unit_base": address_of_unit(y, x),
        "out_address": (
            run.out_base + pass_.first_unit * run.out_words + pass_.first_channel // schedule.config.word_neurons
        )
        % _ADDRESSES,
    }


def end_record():
    """Values of the END record by field name."""
    return {"opcode": Opcode.END}


def _input_kind(net, run):
    if run.layer > 0:
        return InputKind.SPIKES
    return InputKind.PIXEL_DIGITS if net.input_coding == network.DIRECT else InputKind.PIXEL_SPIKES


@dataclass(frozen=True)
class Place:
    """A record in a network stream.

    Attributes
    ----------
    offset : int
        Its first byte.
    opcode : Opcode
    values : dict of str to int
        By field name.
    """

    offset: int
    opcode: Opcode
    values: dict


def places(stream, config):
    """All records of the network stream (bytes), as a list of Place."""
    found, offset, lanes = [], 0, config.lanes
    while offset < len(stream):
        word = int.from_bytes(stream[offset : offset + records.RECORD_BITS // 8], "little")
        opcode = Opcode(word & 0xFF)
        values = records.unpack(records.FIELDS[opcode], word)
        found.append(Place(offset, opcode, values))
        sections = [records.RECORD_BITS]
        if opcode == Opcode.LAYER:
            lanes = config.lanes >> values["split_log2"]
        if opcode == Opcode.PASS:
            sections += [lanes * formats.PARAMETER_BITS] * values["has_parameters"]
            sections += [values["rows"] * lanes * formats.WEIGHT_BITS]
        offset += sum(-(-bits // config.network_bits) for bits in sections) * config.network_bits // 8
    return found


def with_fields(stream, place, **changes):
    """The network stream (bytes) with other values in the fields of one record."""
    word = records.pack(records.FIELDS[place.opcode], place.values | changes)
    record = word.to_bytes(records.RECORD_BITS // 8, "little")
    return stream[: place.offset] + record + stream[place.offset + len(record) :]
