"""Bit layout of the records of the network stream and of the packets of the result stream (docs/streams.md)."""

import enum
from collections.abc import Iterable, Mapping

from firstspike.golden.config import ADDRESS_BITS

MAGIC = 0x4B505346
"""The bytes "FSPK" in stream order."""

STREAM_VERSION = 1
RECORD_BITS = 256


class Opcode(enum.IntEnum):
    """First field of every record."""

    START = 1
    LAYER = 2
    PASS = 3
    END = 4


class InputKind(enum.IntEnum):
    """What the words of a layer's input mean."""

    SPIKES = 0
    PIXEL_DIGITS = 1
    PIXEL_SPIKES = 2


START = (("opcode", 8), ("version", 8), ("batch", 16), ("magic", 32), ("fingerprint", 32))

LAYER = (
    ("opcode", 8),
    ("layer", 8),  # index of the layer, for counters and trace
    ("input_kind", 2),  # InputKind
    ("is_output", 1),  # potentials go to the result stream
    ("pool", 1),  # a unit is a 2x2 window
    ("stride_log2", 2),
    ("split_log2", 4),  # S = 2^split_log2
    ("release_image", 1),  # the image buffer may drop the image after this run
    ("kernel_h", 8),
    ("kernel_w", 8),
    ("pad_y", 8),
    ("pad_x", 8),
    ("in_h", 10),
    ("in_w", 10),
    ("in_words", 12),  # words of one input position
    ("in_row_stride", ADDRESS_BITS),  # in_w * in_words
    ("in_image_stride", ADDRESS_BITS),  # in_h * in_w * in_words
    ("units_h", 10),  # output map after pooling
    ("units_w", 10),
    ("out_words", 12),  # words of one output position
    ("first_image", 8),
    ("images", 8),
)

PASS = (
    ("opcode", 8),
    ("first_chunk", 1),
    ("last_chunk", 1),
    ("has_parameters", 1),
    ("first_channel", 16),
    ("channels", 16),
    ("words", 12),  # words of one input position that belong to the chunk
    ("tail_rows", 8),  # weight rows of the last of them
    ("rows_per_tap", 16),
    ("rows", 16),  # weight rows that follow
    ("units", 16),
    ("start_y", 10),  # first unit of the tile
    ("start_x", 10),
    ("start_image", 8),  # counted from the run's first image
    ("image_base", ADDRESS_BITS),  # input address of tap (0, 0), channel chunk, of unit (0, 0) of the start image
    ("row_base", ADDRESS_BITS),  # the same for unit (start_y, 0)
    ("unit_base", ADDRESS_BITS),  # the same for unit (start_y, start_x)
    ("out_address", ADDRESS_BITS),  # spike word of unit (start_y, start_x), first channel of the pass
)

END = (("opcode", 8),)

FIELDS = {Opcode.START: START, Opcode.LAYER: LAYER, Opcode.PASS: PASS, Opcode.END: END}


class Packet(enum.IntEnum):
    """First field of every packet of the result stream."""

    POTENTIALS = 1
    COUNTERS = 2
    DONE = 3
    ERROR = 4


PACKET_HEADER = (("length", 16), ("index", 8), ("packet", 8))
"""`length` words follow; `index` is the image (POTENTIALS), the layer (COUNTERS) or 0."""


class ErrorCode(enum.IntEnum):
    """Why a run ended early; the single payload word of an ERROR packet."""

    BAD_MAGIC = 1
    BAD_VERSION = 2
    WRONG_CONFIGURATION = 3
    BAD_OPCODE = 4
    EARLY_END = 5
    LATE_END = 6
    BAD_FIELD = 7
    IMAGE_LENGTH = 8
    TIMEOUT = 9
    MEMORY = 10


ERROR_TEXTS = {
    ErrorCode.BAD_MAGIC: "the network stream does not begin with the magic number",
    ErrorCode.BAD_VERSION: "the network stream has another format version than this processor",
    ErrorCode.WRONG_CONFIGURATION: "the network stream was scheduled for another configuration",
    ErrorCode.BAD_OPCODE: "a record has an unknown opcode, or one that must not stand at this place",
    ErrorCode.EARLY_END: "the network stream ended (tlast) before its END record",
    ErrorCode.LATE_END: "the network stream goes on after its END record",
    ErrorCode.BAD_FIELD: "a field of a record exceeds what this processor has",
    ErrorCode.IMAGE_LENGTH: "an image has another length than the input layer expects",
    ErrorCode.TIMEOUT: "nothing happened for the configured number of cycles (stream cut off, or an image is missing)",
    ErrorCode.MEMORY: "a word read from a protected memory has wrong bits that its check bits cannot correct",
}


def pack(fields: Iterable[tuple[str, int]], values: Mapping[str, int]) -> int:
    """Integer with `values` (a dict by field name; missing ones are 0) at their places, first field in the low bits.

    Raises
    ------
    ValueError
        A value does not fit its field, or has no field.
    """
    unknown = set(values) - {name for name, _ in fields}
    if unknown:
        raise ValueError(f"no such record field: {', '.join(sorted(unknown))}")
    word, position = 0, 0
    for name, width in fields:
        value = int(values.get(name, 0))
        if not 0 <= value < 1 << width:
            raise ValueError(f"record field {name} has {width} bits, the value {value} does not fit")
        word |= value << position
        position += width
    return word


def unpack(fields: Iterable[tuple[str, int]], word: int) -> dict[str, int]:
    """Inverse of `pack`: dict of the fields' values."""
    values = {}
    for name, width in fields:
        values[name] = word & ((1 << width) - 1)
        word >>= width
    return values
