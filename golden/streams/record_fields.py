"""What every field of a record means, and which of its values the processor checks or does not look at (docs/streams.md)."""

from dataclasses import dataclass

from firstspike.golden.streams.records import FIELDS, ErrorCode, Opcode


@dataclass(frozen=True)
class Meaning:
    """Of one field.

    Attributes
    ----------
    text : str
    error : ErrorCode or None
        What ends the run where the value is refused.
    refused : str
        Which values are.
    unread : str
        Where the processor does not look at it, or at a part of it; "always" if it never does beyond `refused`.
    """

    text: str
    error: ErrorCode | None = None
    refused: str = ""
    unread: str = ""


ALWAYS = "always"
_OUTPUT = "in layers that fire"
_SPIKES = "in the output layer"
_ADDRESS = "bits above the buffer; where the pass stays in the row, or the image, that `unit_base` is in"
_OUTSIDE = "where the rows or columns that it adds or takes away lie outside of the map, and their steps cost no cycle"
_ZERO = (ErrorCode.BAD_FIELD, "0")

MEANINGS = {
    Opcode.START: {
        "opcode": Meaning("1", ErrorCode.BAD_OPCODE, "another one"),
        "version": Meaning("format version, 1", ErrorCode.BAD_VERSION, "another one"),
        "batch": Meaning("images of the run, for the host", unread=ALWAYS),
        "magic": Meaning('the bytes "FSPK"', ErrorCode.BAD_MAGIC, "another one"),
        "fingerprint": Meaning("of the configuration", ErrorCode.WRONG_CONFIGURATION, "another one"),
    },
    Opcode.LAYER: {
        "opcode": Meaning("2", ErrorCode.BAD_OPCODE, "unknown, or not at this place"),
        "layer": Meaning("index of the layer, in COUNTERS and trace"),
        "input_kind": Meaning("0 spikes, 1 pixel digits (coding direct), 2 pixel spikes (coding ttfs)"),
        "is_output": Meaning("potentials go to the result stream"),
        "pool": Meaning("a unit is a window of 2 x 2 positions"),
        "stride_log2": Meaning("log2 of the stride", unread="where each pass is one unit without pool"),
        "split_log2": Meaning("S = 2^split_log2", ErrorCode.BAD_FIELD, "more than the clusters allow"),
        "release_image": Meaning("the image buffer may drop the image after this run"),
        "kernel_h": Meaning("rows of the kernel", *_ZERO, unread=_OUTSIDE),
        "kernel_w": Meaning("columns of the kernel", *_ZERO, unread=_OUTSIDE),
        "pad_y": Meaning("rows of padding above", unread="where it moves no tap into or out of the map"),
        "pad_x": Meaning("columns of padding on the left", unread="where it moves no tap into or out of the map"),
        "in_h": Meaning("rows of the input map", unread="beyond the last row that a tap meets"),
        "in_w": Meaning("columns of the input map", unread="beyond the last column that a tap meets"),
        "in_words": Meaning(
            "words of one input position", *_ZERO, unread="bits above the buffer; where only one column is read"
        ),
        "in_row_stride": Meaning("in_w * in_words", unread="bits above the buffer; where only one row is read"),
        "in_image_stride": Meaning(
            "in_h * in_w * in_words; words of an image in the input layer",
            ErrorCode.IMAGE_LENGTH,
            "another length than that of the image",
            "behind the input layer: bits above the buffer; where a pass stays in one image",
        ),
        "units_h": Meaning("rows of the output map, after pooling", *_ZERO, unread="where a pass stays in one image"),
        "units_w": Meaning("columns of the output map", *_ZERO, unread="where a pass stays in one row"),
        "out_words": Meaning(
            "words of one output position", unread=f"{_SPIKES}; where a pass is one unit; bits above the buffer"
        ),
        "first_image": Meaning("number of the first image, in POTENTIALS packets", unread=_OUTPUT),
        "images": Meaning("images of this run", *_ZERO, unread=ALWAYS),
    },
    Opcode.PASS: {
        "opcode": Meaning("3", ErrorCode.BAD_OPCODE, "unknown, or before the first LAYER"),
        "first_chunk": Meaning("potentials begin at 0"),
        "last_chunk": Meaning("potentials are finished afterwards"),
        "has_parameters": Meaning("a section with parameters follows"),
        "first_channel": Meaning("first output channel, in POTENTIALS packets", unread=_OUTPUT),
        "channels": Meaning("output channels", ErrorCode.BAD_FIELD, "0, or more than lanes / S"),
        "words": Meaning("words of one input position that belong to the chunk", *_ZERO),
        "tail_rows": Meaning("weight rows of the last of these words, for the host", unread=ALWAYS),
        "rows_per_tap": Meaning(
            "weight rows of one kernel tap", ErrorCode.BAD_FIELD, "more than rows", "for kernels of one tap"
        ),
        "rows": Meaning("weight rows that follow", ErrorCode.BAD_FIELD, "0, or more than the weight ring has"),
        "units": Meaning("units of the tile, over all images", *_ZERO),
        "start_y": Meaning("row of the first unit", unread="where it moves no tap into or out of the map"),
        "start_x": Meaning("column of the first unit", unread="where it moves no tap into or out of the map"),
        "start_image": Meaning("image of the first unit, counted from first_image", unread=_OUTPUT),
        "image_base": Meaning(
            "input address of tap (0, 0), unit (0, 0) of start_image, first word of the chunk", unread=_ADDRESS
        ),
        "row_base": Meaning("the same for unit (start_y, 0)", unread=_ADDRESS),
        "unit_base": Meaning(
            "the same for unit (start_y, start_x)",
            unread="bits above the buffer; where every tap is outside of the map",
        ),
        "out_address": Meaning(
            "word of the spike buffer for the first unit, first channel of the pass",
            unread=f"{_SPIKES}; bits above the buffer",
        ),
    },
    Opcode.END: {"opcode": Meaning("4", ErrorCode.BAD_OPCODE, "unknown")},
}


def rows():
    """(record, field, lowest bit, width, Meaning) in the order of the stream."""
    for opcode, fields in FIELDS.items():
        position = 0
        for name, width in fields:
            yield opcode.name, name, position, width, MEANINGS[opcode][name]
            position += width


def table(opcode):
    """Rows of the table of a record in docs/streams.md: bits, field, meaning, what is refused, what is not read."""
    return [
        [
            f"{low + width - 1}:{low}" if width > 1 else f"{low}",
            f"`{name}`",
            meaning.text,
            f"{meaning.error.name}: {meaning.refused}" if meaning.error else "",
            meaning.unread,
        ]
        for record, name, low, width, meaning in rows()
        if record == opcode.name
    ]
