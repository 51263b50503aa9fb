"""Turns passes into event slots: walks the input, fetches words, drops empty ones, issues one event a cycle."""

from amaranth.hdl import Module, Mux, Signal
from amaranth.lib import enum, stream, wiring
from amaranth.lib.wiring import In, Out

from golden import formats
from golden.config import ADDRESS_BITS, IMAGE_STREAM_BITS, bits_for
from hw.layouts import (LAYER, DrainTag, EventWord, PassCommand, Slot, Visit, WalkStep, candidates, payload_bits,
                        row_address_bits, row_count_bits)
from hw.pe import PE
from hw.position_walker import PositionWalker
from hw.queue import Queue
from hw.word_decoder import EventDecoder, WordDecoder


class Activity(enum.Enum, shape=3):
    """What a cluster group does in a cycle."""

    IDLE = 0                # no pass
    EVENT = 1
    EMPTY_VISIT = 2
    WAIT_WEIGHTS = 3
    WAIT_SPIKES = 4
    WAIT_DRAIN = 5
    WAIT_PARTIAL_SUMS = 6


class EventGenerator(wiring.Component):
    """One cluster group's source of events.

    ::

        PositionWalker -> word read -> WordDecoder -> held word -> word queue -> extraction -> issue

    A word stays held until the next non-empty word of the visit, or the visit's end, is known, so that the last event of
    a visit can be marked without a bubble, and empty words never reach the queue.

    Parameters
    ----------
    config : HardwareConfig

    Attributes
    ----------
    group : Signal, in
        See `PositionWalker`.
    layer : Signal(LAYER), in
    pass_ : stream of PassCommand, in
    read_request, read_address : Signal, out
        Word to read from the spike or image buffer.
    read_grant : Signal, in
        The read is done; its word is in `spike_word` or `pixel_word` one cycle later.
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
    activity : Activity, out
    word_read : Signal, out
        A word was read in this cycle.
    """

    WORD_QUEUE_DEPTH = 4
    STORE_LATENCY = 1 + PE.LATENCY + 1
    """Cycles from the issue of a visit's last event until its potential can be read back."""

    def __init__(self, config):
        self._config = config
        super().__init__({
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
            "word_read": Out(1),
        })

    def elaborate(self, platform):
        m = Module()
        config = self._config
        m.submodules.position_walker = walker = PositionWalker(config)
        m.submodules.word_decoder = word_decoder = WordDecoder(config)
        m.submodules.event_decoder = event_decoder = EventDecoder(config)
        m.submodules.word_queue = word_queue = Queue(EventWord(config), self.WORD_QUEUE_DEPTH)
        m.d.comb += [walker.layer.eq(self.layer), walker.group.eq(self.group), event_decoder.kind.eq(self.layer.input_kind),
                     word_decoder.kind.eq(self.layer.input_kind)]
        wiring.connect(m, walker.pass_, wiring.flipped(self.pass_))

        # Fetch. The queue must have room for every word on the way to it, and for the one requested now.
        room = Signal()
        arriving = Signal()
        arriving_step = Signal(WalkStep(config))
        holding = Signal()
        m.d.comb += [
            room.eq(word_queue.level + arriving + holding < self.WORD_QUEUE_DEPTH),
            self.read_request.eq(walker.step.valid & walker.step.payload.read & room),
            self.read_address.eq(walker.step.payload.address),
            walker.step.ready.eq(room & (self.read_grant | ~walker.step.payload.read)),
            self.word_read.eq(self.read_request & self.read_grant),
        ]
        m.d.sync += arriving.eq(walker.step.valid & walker.step.ready)
        with m.If(walker.step.valid & walker.step.ready):
            m.d.sync += arriving_step.eq(walker.step.payload)

        # Hold.
        m.d.comb += [word_decoder.spike_word.eq(self.spike_word), word_decoder.pixel_word.eq(self.pixel_word)]
        filled = Signal()
        ends_visit = Signal()
        held = Signal(EventWord(config))
        fresh = Signal(EventWord(config))
        m.d.comb += [
            filled.eq(arriving & arriving_step.read & word_decoder.candidates.any()),
            ends_visit.eq(arriving & arriving_step.last),
            fresh.candidates.eq(Mux(filled, word_decoder.candidates, 0)),
            fresh.payload.eq(word_decoder.payload),
            fresh.row_address.eq(arriving_step.row_address),
            fresh.row_count.eq(arriving_step.row_count),
            fresh.last.eq(arriving_step.last),
            fresh.visit.eq(arriving_step.visit),
            word_queue.i.valid.eq(holding & (held.last | filled | ends_visit)),
            word_queue.i.payload.eq(held),
            word_queue.i.payload.last.eq(held.last | ~filled),
        ]
        with m.If(filled | (ends_visit & (~holding | held.last))):
            m.d.sync += [held.eq(fresh), holding.eq(1)]
        with m.Elif(word_queue.i.valid):
            m.d.sync += holding.eq(0)

        # Extraction: the lowest candidate of the word in hand.
        word = Signal(EventWord(config))
        have_word = Signal()
        first = Signal(init=1)
        issue_free = Signal()
        others = Signal(candidates(config))
        last_of_word = Signal()
        m.d.comb += [
            others.eq(word.candidates & (word.candidates - 1)),
            last_of_word.eq(others == 0),
            event_decoder.chosen.eq(word.candidates & ~others),
            event_decoder.payload.eq(word.payload),
            word_queue.o.ready.eq(~have_word | (issue_free & last_of_word)),
        ]
        with m.If(word_queue.o.valid & word_queue.o.ready):
            m.d.sync += [word.eq(word_queue.o.payload), have_word.eq(1)]
        with m.Elif(have_word & issue_free):
            m.d.sync += word.candidates.eq(others)
            with m.If(last_of_word):
                m.d.sync += have_word.eq(0)

        # Issue: the event waits here for its weight row, for room to drain, or for stored partial sums.
        waiting = Signal()
        channel = Signal.like(event_decoder.channel)
        visit = Signal(Visit(config))
        row_address, row_count = Signal(row_address_bits(config)), Signal(row_count_bits(config))
        is_event, last_of_visit, first_of_visit = Signal(), Signal(), Signal()
        event_time, negative = Signal(formats.EVENT_TIME_BITS), Signal()
        with m.If(issue_free):
            m.d.sync += waiting.eq(have_word)
            with m.If(have_word):
                m.d.sync += [
                    first.eq(last_of_word & word.last),
                    is_event.eq(word.candidates.any()),
                    channel.eq(event_decoder.channel),
                    event_time.eq(event_decoder.event_time),
                    negative.eq(event_decoder.negative),
                    row_address.eq(word.row_address),
                    row_count.eq(word.row_count),
                    first_of_visit.eq(first),
                    last_of_visit.eq(last_of_word & word.last),
                    visit.eq(word.visit),
                ]

        row = Signal(range(config.ring_rows + config.word_neurons))
        rows_ahead = Signal(row_count_bits(config))
        row_loaded, stores_pending, draining = Signal(), Signal(), Signal()
        stores = Signal(PE.LATENCY - 1)  # visits that ended so recently that their potential is not stored yet
        m.d.comb += [
            row.eq(row_address + channel),
            rows_ahead.eq(self.rows_loaded - row_count - channel - 1),
            row_loaded.eq(~rows_ahead[-1]),
            stores_pending.eq(stores.any() & visit.load & visit.first_of_pass & first_of_visit),
            draining.eq(visit.drain & last_of_visit),
        ]
        m.d.comb += [
            self.slot.is_event.eq(is_event),
            self.slot.row_address.eq(Mux(row >= config.ring_rows, row - config.ring_rows, row)),
            self.slot.event_time.eq(event_time),
            self.slot.negative.eq(negative),
            self.slot.first.eq(first_of_visit),
            self.slot.last.eq(last_of_visit),
            self.slot.load.eq(visit.load),
            self.slot.drain.eq(visit.drain),
            self.slot.partial_sum.eq(visit.partial_sum),
            self.drained.eq(visit.drained),
        ]
        with m.If(~waiting):
            m.d.comb += issue_free.eq(1)
            m.d.comb += self.activity.eq(Mux(self.busy, Activity.WAIT_SPIKES, Activity.IDLE))
        with m.Elif(visit.nothing):
            m.d.comb += [issue_free.eq(1), self.activity.eq(Activity.IDLE)]
        with m.Elif(stores_pending):
            m.d.comb += self.activity.eq(Activity.WAIT_PARTIAL_SUMS)
        with m.Elif(is_event & ~row_loaded):
            m.d.comb += self.activity.eq(Activity.WAIT_WEIGHTS)
        with m.Elif(draining & ~self.drain_ready):
            m.d.comb += self.activity.eq(Activity.WAIT_DRAIN)
        with m.Else():
            m.d.comb += [
                issue_free.eq(1),
                self.slot_valid.eq(1),
                self.activity.eq(Mux(is_event, Activity.EVENT, Activity.EMPTY_VISIT)),
            ]
        m.d.sync += stores.eq(((stores << 1) | (self.slot_valid & last_of_visit))[:len(stores)])

        issued_last = waiting & issue_free & visit.last_of_pass & last_of_visit
        finishing = Signal(self.STORE_LATENCY)
        m.d.sync += finishing.eq((finishing << 1) | issued_last)
        m.d.comb += self.pass_done.eq(finishing[-1])

        m.d.comb += self.busy.eq(walker.busy | arriving | holding | word_queue.o.valid | have_word | waiting)
        return m
