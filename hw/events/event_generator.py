"""Turns passes into event slots: walks the input, fetches words, drops empty ones, issues one event a cycle."""

from amaranth.hdl import Module, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from firstspike.golden.config import ADDRESS_BITS, IMAGE_STREAM_BITS, bits_for
from firstspike.golden.microarchitecture import EVENT_QUEUE_DEPTH, STEP_QUEUE_DEPTH
from firstspike.hw.events.event_extractor import EventExtractor
from firstspike.hw.events.event_issue import Activity, EventIssue
from firstspike.hw.events.position_walker import PositionWalker
from firstspike.hw.events.word_fetch import WordFetch
from firstspike.hw.layouts import LAYER, DrainTag, Event, PassCommand, Slot, WalkStep, row_count_bits
from firstspike.hw.lib.queue import Queue


class EventGenerator(wiring.Component):
    """One cluster group's source of events: `PositionWalker`, `WordFetch`, `EventExtractor`, `EventIssue` in a row.

    The queues after the walker and before the issue keep stalls out of the cycle of the block before them.

    Parameters
    ----------
    config : HardwareConfig

    Attributes
    ----------
    group : Signal, in
        See `PositionWalker`.
    layer : Signal(LAYER), in
    pass_ : stream of PassCommand, in
    read_request, read_address, read_grant, spike_word, pixel_word
        See `WordFetch`.
    rows_loaded : Signal, in
        Running number of the weight rows in the ring.
    drain_ready : Signal, in
        A finished position can be stored.
    slot : Slot, out
    slot_valid : Signal, out
        An event slot is issued to the cluster group in this cycle.
    drained : DrainTag, out
        Valid with a slot that is the last of a draining visit.
    pass_done : Signal, out
        All slots of a pass have been issued and have passed through the PEs.
    busy : Signal, out
    activity : Activity, out
    """

    def __init__(self, config):
        self._config = config
        super().__init__(
            {
                "group": In(bits_for(config.clusters)),
                "layer": In(LAYER),
                "pass_": In(stream.Signature(PassCommand(config))),
                "read_request": Out(1),
                "read_address": Out(ADDRESS_BITS),
                "read_grant": In(1),
                "spike_word": In(config.spike_word_bits),
                "pixel_word": In(IMAGE_STREAM_BITS),
                "rows_loaded": In(row_count_bits(config)),
                "drain_ready": In(1),
                "slot": Out(Slot(config)),
                "slot_valid": Out(1),
                "drained": Out(DrainTag()),
                "pass_done": Out(1),
                "busy": Out(1),
                "activity": Out(Activity),
            }
        )

    def elaborate(self, platform):
        m = Module()
        m.submodules.position_walker = walker = PositionWalker(self._config)
        m.submodules.step_queue = steps = Queue(WalkStep(self._config), STEP_QUEUE_DEPTH)
        m.submodules.word_fetch = fetch = WordFetch(self._config)
        m.submodules.event_extractor = extractor = EventExtractor(self._config)
        m.submodules.event_queue = events = Queue(Event(self._config), EVENT_QUEUE_DEPTH)
        m.submodules.event_issue = issue = EventIssue(self._config)
        upstream_busy = Signal()
        wiring.connect(m, wiring.flipped(self.pass_), walker.pass_)
        wiring.connect(m, walker.step, steps.i)
        wiring.connect(m, steps.o, fetch.step)
        wiring.connect(m, fetch.word, extractor.word)
        wiring.connect(m, extractor.event, events.i)
        wiring.connect(m, events.o, issue.event)
        m.d.comb += [
            walker.group.eq(self.group),
            walker.layer.eq(self.layer),
            fetch.kind.eq(self.layer.input_kind),
            fetch.read_grant.eq(self.read_grant),
            fetch.spike_word.eq(self.spike_word),
            fetch.pixel_word.eq(self.pixel_word),
            self.read_request.eq(fetch.read_request),
            self.read_address.eq(fetch.read_address),
            extractor.kind.eq(self.layer.input_kind),
            issue.upstream_busy.eq(upstream_busy),
            issue.rows_loaded.eq(self.rows_loaded),
            issue.drain_ready.eq(self.drain_ready),
            self.slot.eq(issue.slot),
            self.slot_valid.eq(issue.slot_valid),
            self.drained.eq(issue.drained),
            self.pass_done.eq(issue.pass_done),
            self.activity.eq(issue.activity),
            upstream_busy.eq(walker.busy | steps.o.valid | fetch.busy | extractor.busy | events.o.valid),
            self.busy.eq(upstream_busy | issue.busy),
        ]
        return m
