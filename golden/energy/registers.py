"""Bits of the records that travel through the processor (hw/layouts.py): what a register stage of them costs."""

import math

from firstspike.golden import formats
from firstspike.golden.codes import pixel_digits
from firstspike.golden.config import ADDRESS_BITS, PIXELS_PER_WORD, bits_for
from firstspike.golden.microarchitecture import PARAMETER_SLOTS
from firstspike.golden.streams.records import RECORD_BITS

CHANNEL_FIELD_BITS, IMAGE_FIELD_BITS = 16, 8
VISIT_FLAGS = 5
"""Load, drain, nothing, first and last of a pass."""
SLOT_FLAGS = 6
"""Event, negative, first and last of a visit, load, drain."""


def row_address(config):
    return bits_for(config.ring_rows)


def row_count(config):
    """Running number of a weight row."""
    return row_address(config) + 2


def candidates(config):
    """Events that a word can hold."""
    return max(config.word_neurons, PIXELS_PER_WORD * pixel_digits.DIGITS)


def event_count(config):
    """Number of a word's events."""
    return bits_for(candidates(config) + 1)


def payload(config):
    """Times or signs of a word's candidates."""
    return max(config.spike_word_bits, PIXELS_PER_WORD * pixel_digits.DIGITS)


def drain_tag():
    """What the spike encoder knows of a finished position."""
    return ADDRESS_BITS + 2 + bits_for(PARAMETER_SLOTS) + 2 * CHANNEL_FIELD_BITS + IMAGE_FIELD_BITS


def visit(config):
    """What the array knows of one position in one pass."""
    return VISIT_FLAGS + bits_for(config.tile_positions) + drain_tag()


def walk_step(config):
    """A step of the position walker: read, address, weight row, last."""
    return 2 + ADDRESS_BITS + row_address(config) + row_count(config) + visit(config)


def event_word(config):
    """A word on its way to the event extractor."""
    return (
        candidates(config)
        + payload(config)
        + event_count(config)
        + row_address(config)
        + row_count(config)
        + 1
        + visit(config)
    )


def event(config):
    """An event with its weight row."""
    return 4 + formats.EVENT_TIME_BITS + row_address(config) + row_count(config) + visit(config)


def slot(config):
    """An event slot of a cluster."""
    return SLOT_FLAGS + formats.EVENT_TIME_BITS + row_address(config) + bits_for(config.tile_positions)


def largest_piece(config):
    """Bits of the largest piece of the network stream: a record, a parameter row or a weight row."""
    return max(_pieces(config))


def unpacker_words(config):
    """Words of the network stream in the shift register of the unpacker."""
    return -(-(piece_offsets(config) - 1 + largest_piece(config) // _granule(config)) // piece_offsets(config)) + 2


def piece_offsets(config):
    """Places in a word of the network stream at which a piece can begin."""
    return config.network_bits // _granule(config)


def _granule(config):
    return math.gcd(config.network_bits, *_pieces(config))


def _pieces(config):
    rows = (config.lanes // split * formats.WEIGHT_BITS for split in config.splits)
    return (RECORD_BITS, config.parameter_row_bits, *rows)
