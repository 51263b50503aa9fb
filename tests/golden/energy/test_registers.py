"""The registers priced are those of the RTL."""

import re

import pytest
from amaranth.back import rtlil

from golden import formats
from golden.config import PRESETS
from golden.energy import actions, registers
from golden.records import RECORD_BITS
from hw import layouts, position_walker
from hw.cluster import Cluster
from hw.fire_unit import OFFSET_BITS
from hw.spike_encoder import SpikeEncoder
from hw.unpacker import Unpacker


@pytest.fixture(params=PRESETS.values(), ids=list(PRESETS))
def config(request):
    return request.param


@pytest.mark.parametrize("priced, layout", [
    (registers.visit, layouts.Visit), (registers.walk_step, layouts.WalkStep), (registers.event_word, layouts.EventWord),
    (registers.event, layouts.Event), (registers.slot, layouts.Slot),
], ids=["visit", "walk_step", "event_word", "event", "slot"])
def test_records_have_the_bits_of_the_rtl(priced, layout, config):
    assert priced(config) == layout(config).size


def test_drain_tag_has_the_bits_of_the_rtl():
    assert registers.drain_tag() == layouts.DrainTag().size


def test_fields_have_the_bits_of_the_rtl():
    assert actions.COORDINATE_BITS == position_walker.COORDINATE_BITS
    assert actions.OFFSET_BITS == OFFSET_BITS


def widths(component, name):
    """Bits of the component's signals with such names (a regular expression)."""
    return [int(bits) for bits in re.findall(rf"wire width (\d+) \\{name}\n", rtlil.convert(component))]


def test_unpacker_holds_as_many_words_as_are_priced(config):
    rows = [config.lanes // split * formats.WEIGHT_BITS for split in config.splits]
    pieces = (RECORD_BITS, config.parameter_row_bits, *rows)
    words = widths(Unpacker(config.network_bits, pieces), r"word_\d+")
    assert words == [config.network_bits] * registers.unpacker_words(config)
    assert registers.largest_piece(config) == Unpacker(config.network_bits, pieces).head.shape().width


def test_a_slot_passes_as_many_registers_as_are_priced():
    config = PRESETS["tiny"]
    assert widths(Cluster(config), r"slot_\d+") == [registers.slot(config)] * actions.SLOT_STAGES


def test_what_travels_beside_the_fire_units_passes_as_many_registers_as_are_priced():
    tags = widths(SpikeEncoder(PRESETS["tiny"]), r"tag_\d+")
    assert tags == [registers.drain_tag()] * actions.ENCODER_STAGES
