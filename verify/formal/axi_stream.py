"""Every stream between the blocks keeps AXI4-Stream's rule under any back-pressure."""

from amaranth.hdl import Assume, Signal, Value

from firstspike.golden.config import PRESETS
from firstspike.golden.counting import counters
from firstspike.golden.microarchitecture import RESULT_QUEUE_DEPTH, WORD_QUEUE_DEPTH
from firstspike.hw.control.counter_bank import CounterBank
from firstspike.hw.control.packet_sender import PacketSender
from firstspike.hw.control.sequencer import Sequencer
from firstspike.hw.encoder.spike_encoder import SpikeEncoder
from firstspike.hw.events.event_extractor import EventExtractor
from firstspike.hw.events.position_walker import PositionWalker
from firstspike.hw.events.word_fetch import WordFetch
from firstspike.hw.loader.loader import Loader
from firstspike.verify.formal.proof import Proof
from firstspike.verify.formal.queue import inner_is_consistent
from firstspike.verify.formal.streams import is_stable

CONFIG = PRESETS["tiny"].model_copy(update={"network_bits": 256})
"""A record is one word of the network stream, so that the covers are reached soon."""


def _no_promise(m, component, inside):
    """The surroundings may do anything."""


def _snapshot_when_idle(m, bank, inside):
    m.d.comb += Assume(~(bank.snapshot & bank.busy))


def _counters_busy_after_snapshot(m, sequencer, inside):
    allowed = Signal()
    m.d.sync += allowed.eq(sequencer.snapshot | sequencer.counters_busy)
    m.d.comb += Assume(~sequencer.counters_busy | allowed)


def _queue(name, depth):
    """Invariant of the induction."""

    return lambda m, component, inside: inner_is_consistent(m, inside, name, depth)


def _constant(*names):
    """These inputs do not change; the layer does not while anything of it is on its way."""

    def promise(m, component, inside):
        known = Signal()
        m.d.sync += known.eq(1)
        for name in names:
            value = Value.cast(getattr(component, name))
            before = Signal(len(value), name=f"{name}_before")
            m.d.sync += before.eq(value)
            m.d.comb += Assume(~known | (value == before))

    return promise


def _proof(name, component, stream, surroundings=_no_promise, depth=2, cover_depth=20, unbounded=True):
    def properties(m, dut, inside):
        surroundings(m, dut, inside)
        is_stable(m, getattr(dut, stream), stream)

    return Proof(
        f"axi_stream.{name}",
        f"the stream {stream} of {component.__name__} stays valid and unchanged until it is accepted",
        lambda: component(*_arguments(component)),
        properties,
        depth,
        unbounded,
        cover_depth,
    )


def _arguments(component):
    if component is PacketSender:
        return (2,)
    if component is CounterBank:
        return ({counter.name: 2 for counter in counters.ALL},)
    return (CONFIG,)


PROOFS = (
    _proof("commands", Loader, "command", depth=3, cover_depth=8),
    _proof("steps", PositionWalker, "step", _constant("layer", "group")),
    _proof("words", WordFetch, "word", _queue("word_queue", WORD_QUEUE_DEPTH)),
    _proof("events", EventExtractor, "event"),
    _proof("potentials", SpikeEncoder, "potentials_packet", _constant("layer"), depth=6),
    _proof("counters", CounterBank, "packet", _snapshot_when_idle, depth=4),
    _proof("summary", Sequencer, "summary", _counters_busy_after_snapshot),
    _proof("results", PacketSender, "o", _queue("result_queue", RESULT_QUEUE_DEPTH)),
)
