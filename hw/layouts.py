"""Payloads that travel between the blocks."""

from amaranth.lib import data

from firstspike.golden import formats
from firstspike.golden.codes import pixel_digits
from firstspike.golden.config import ADDRESS_BITS, PIXELS_PER_WORD, RESULT_STREAM_BITS, bits_for
from firstspike.golden.microarchitecture import PARAMETER_SLOTS
from firstspike.golden.streams import records
from firstspike.hw import codes


def record_layout(opcode):
    """`data.StructLayout` of one record of the network stream, opcode included."""
    return data.StructLayout(dict(records.FIELDS[opcode]))


LAYER = record_layout(records.Opcode.LAYER)
PASS = record_layout(records.Opcode.PASS)


def row_address_bits(config):
    return bits_for(config.ring_rows)


def row_count_bits(config):
    """Bits of the running number of a weight row: twice the ring, so that "loaded" and "not yet" differ in sign."""
    return bits_for(config.ring_rows) + 2


class PassCommand(data.StructLayout):
    """A PASS record with what the sequencer adds: where its rows stand in the weight ring, and its parameter slot."""

    def __init__(self, config):
        super().__init__(
            {
                "fields": PASS,
                "row_address": row_address_bits(config),
                "row_count": row_count_bits(config),
                "slot": bits_for(PARAMETER_SLOTS),
            }
        )


class Visit(data.StructLayout):
    """What the array must know of the visit (one position in one pass) that an event belongs to."""

    def __init__(self, config):
        super().__init__(
            {
                "load": 1,  # continue from a stored partial sum
                "drain": 1,  # the potential is finished afterwards
                "nothing": 1,  # placeholder: the cluster group has no unit in this pass
                "first_of_pass": 1,
                "last_of_pass": 1,
                "partial_sum": bits_for(config.tile_positions),
                "drained": DrainTag(),
            }
        )


class DrainTag(data.StructLayout):
    """What the spike encoder must know of a finished position."""

    def __init__(self):
        super().__init__(
            {
                "out_address": ADDRESS_BITS,
                "window_first": 1,
                "window_last": 1,
                "slot": bits_for(PARAMETER_SLOTS),
                "first_channel": 16,
                "channels": 16,
                "image": 8,
            }
        )


class WalkStep(data.StructLayout):
    """One step of the position walker: a word to read (or a tap outside the map), and where its weight rows begin."""

    def __init__(self, config):
        super().__init__(
            {
                "read": 1,
                "address": ADDRESS_BITS,
                "row_address": row_address_bits(config),
                "row_count": row_count_bits(config),
                "last": 1,  # last step of the visit
                "visit": Visit(config),
            }
        )


class EventWord(data.StructLayout):
    """A non-empty word on its way to the event extractor, or an empty one that ends a visit without events."""

    def __init__(self, config):
        super().__init__(
            {
                "candidates": candidates(config),
                "payload": payload_bits(config),
                "events": bits_for(candidates(config) + 1),
                "row_address": row_address_bits(config),
                "row_count": row_count_bits(config),
                "last": 1,
                "visit": Visit(config),
            }
        )


class Event(data.StructLayout):
    """An event with its weight row, or the empty one of a visit without events."""

    def __init__(self, config):
        super().__init__(
            {
                "is_event": 1,
                "row_address": row_address_bits(config),
                "row_count": row_count_bits(config),
                "event_time": formats.EVENT_TIME_BITS,
                "negative": 1,
                "first": 1,  # of the visit
                "last": 1,
                "visit": Visit(config),
            }
        )


class Slot(data.StructLayout):
    """One event slot of the array: an event, or the single empty slot of a visit without events."""

    def __init__(self, config):
        super().__init__(
            {
                "is_event": 1,
                "row_address": row_address_bits(config),
                "event_time": formats.EVENT_TIME_BITS,
                "negative": 1,
                "first": 1,
                "last": 1,
                "load": 1,
                "drain": 1,
                "partial_sum": bits_for(config.tile_positions),
            }
        )


def candidates(config):
    """Events that one word can hold at most."""
    return max(codes.of(config).candidates(config), pixel_candidates())


def pixel_candidates():
    return PIXELS_PER_WORD * pixel_digits.DIGITS


def payload_bits(config):
    """Bits that tell the candidates' times or signs."""
    return max(codes.of(config).payload_bits(config), pixel_candidates())


PACKET_WORD = data.StructLayout(
    {
        "data": RESULT_STREAM_BITS,
        "end": 1,  # last word of the packet
        "final": 1,  # last word of the run
    }
)
PACKET_HEADER = data.StructLayout(dict(records.PACKET_HEADER))
