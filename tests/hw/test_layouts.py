import random

import pytest
from amaranth.lib import data

from firstspike.golden.config import PRESETS, HardwareConfig
from firstspike.golden.streams import records
from firstspike.golden.streams.records import Opcode
from firstspike.hw.layouts import PACKET_HEADER, candidates, payload_bits, record_layout, row_count_bits


@pytest.mark.parametrize("opcode", list(Opcode))
def test_records_have_the_fields_of_the_stream_at_their_places(opcode):
    choose = random.Random(opcode)
    for _ in range(20):
        values = {name: choose.getrandbits(bits) for name, bits in records.FIELDS[opcode]}
        layout = record_layout(opcode)
        record = data.Const(layout, records.pack(records.FIELDS[opcode], values))
        assert {name: record[name] for name in layout.members} == values


def test_packet_headers_have_the_fields_of_the_stream():
    header = data.Const(PACKET_HEADER, records.pack(records.PACKET_HEADER, {"length": 500, "index": 7, "packet": 3}))
    assert (header.length, header.index, header.packet) == (500, 7, 3)


@pytest.mark.parametrize("rows", [4, 5, 96, 1536, 32768])
def test_row_counts_tell_loaded_rows_from_missing_ones(rows):
    """Differences of running numbers lie in -rows .. rows, and their top bit must be their sign."""
    config = HardwareConfig(**PRESETS["small"].model_dump() | {"ring_rows": rows})
    assert 1 << row_count_bits(config) - 1 > rows


def test_a_word_has_room_for_the_digits_of_its_pixels():
    for config in PRESETS.values():
        assert candidates(config) >= max(36, config.word_neurons)
        assert payload_bits(config) >= max(36, config.spike_word_bits)
