"""The registers priced are those of the RTL."""

import re

import pytest
from amaranth.back import rtlil

from firstspike.golden import formats
from firstspike.golden.config import ADDRESS_BITS, PIXELS_PER_WORD, PRESETS, bits_for
from firstspike.golden.energy import actions, registers
from firstspike.golden.microarchitecture import STEP_QUEUE_DEPTH, WORD_QUEUE_DEPTH
from firstspike.golden.streams.records import RECORD_BITS
from firstspike.hw import layouts
from firstspike.hw.array.cluster import Cluster
from firstspike.hw.array.pe import PE
from firstspike.hw.codes.fire_unit import FireUnit
from firstspike.hw.encoder.spike_encoder import SpikeEncoder
from firstspike.hw.events import position_walker
from firstspike.hw.events.event_extractor import EventExtractor
from firstspike.hw.events.event_issue import EventIssue
from firstspike.hw.events.word_fetch import WordFetch
from firstspike.hw.lib.queue import Queue
from firstspike.hw.loader.unpacker import Unpacker


@pytest.fixture(params=PRESETS.values(), ids=list(PRESETS))
def config(request):
    return request.param


@pytest.mark.parametrize(
    "priced, layout",
    [
        (registers.visit, layouts.Visit),
        (registers.walk_step, layouts.WalkStep),
        (registers.event_word, layouts.EventWord),
        (registers.event, layouts.Event),
        (registers.slot, layouts.Slot),
    ],
    ids=["visit", "walk_step", "event_word", "event", "slot"],
)
def test_records_have_the_bits_of_the_rtl(priced, layout, config):
    assert priced(config) == layout(config).size


def test_drain_tag_has_the_bits_of_the_rtl():
    assert registers.drain_tag() == layouts.DrainTag().size


def test_fields_have_the_bits_of_the_rtl():
    assert actions.COORDINATE_BITS == position_walker.COORDINATE_BITS


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
    assert widths(Cluster(config), r"slot_\d+") == [registers.slot(config)] * (actions.SLOT_STAGES - 1)


def test_what_travels_beside_the_fire_units_passes_as_many_registers_as_are_priced():
    tags = widths(SpikeEncoder(PRESETS["tiny"]), r"tag_\d+")
    assert tags == [registers.drain_tag()] * actions.ENCODER_STAGES


def flip_flops(component):
    """Bits of all registers of a component and its submodules."""
    return sum(map(int, re.findall(r"cell \$dff .*?parameter \\WIDTH (\d+)", rtlil.convert(component), re.DOTALL)))


def registers_of(config, *names):
    """Bits of all registers that the actions take, once each."""
    known = actions.actions(config)
    return sum(
        operation.bits * operation.times
        for name in names
        for operation in known[name].made_of
        if operation.name == "register"
    )


def test_every_register_of_a_pe_is_priced_once(config):
    assert flip_flops(PE(config.fraction_bits, config.acc_bits)) == registers_of(
        config, "pe_registers", "accumulator_register"
    )


def test_every_register_of_a_fire_unit_is_priced_once(config):
    assert flip_flops(FireUnit(config)) == registers_of(config, "encoder_step")


def queue_control(depth):
    """Bits of a queue beside its entries: level, write and read position, two handshakes."""
    return depth.bit_length() + 2 * (depth - 1).bit_length() + 2


def test_words_and_events_pass_as_many_registers_as_are_priced(config):
    word, step, event = registers.event_word(config), registers.walk_step(config), registers.event(config)
    decoded_held_in_hand = actions.WORD_STAGES - 1
    assert decoded_held_in_hand == 3
    # Words: those under way and whether there is room; flags: reading, arriving, decoded, holding, filled.
    control = queue_control(WORD_QUEUE_DEPTH) + WORD_QUEUE_DEPTH.bit_length() + 1 + 5
    assert flip_flops(WordFetch(config)) == (2 + WORD_QUEUE_DEPTH) * word + (actions.STEP_STAGES - 1) * step + control
    assert flip_flops(Queue(layouts.WalkStep(config), STEP_QUEUE_DEPTH)) == (
        STEP_QUEUE_DEPTH * step + queue_control(STEP_QUEUE_DEPTH)
    )
    # What the walker and the buffers' outputs take comes on top of what the word passes.
    counters = ADDRESS_BITS + actions.WORD_INDEX_BITS + registers.row_address(config) + registers.row_count(config)
    assert registers_of(config, "spike_word") == (
        actions.WORD_STAGES * word + actions.STEP_STAGES * step + counters + config.spike_word_bits
    )

    channel = bits_for(max(config.word_neurons, PIXELS_PER_WORD))
    flags = 3  # a word is in hand, an event is picked, the next one is the first of its visit
    assert flip_flops(EventExtractor(config)) == word + channel + event + flags
    flags = 5 + EventIssue.LOAD_AFTER_STORE - 1 + EventIssue.STORE_LATENCY
    assert flip_flops(EventIssue(config)) == event + flags
    left = registers.candidates(config) + registers.event_count(config)
    assert registers_of(config, "event") == left + channel + actions.EVENT_STAGES * event
