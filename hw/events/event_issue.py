"""Last part of the event generator: an event waits here until the array can take it."""

from amaranth.hdl import Module, Mux, Signal
from amaranth.lib import enum, stream, wiring
from amaranth.lib.wiring import In, Out

from firstspike.hw.array.pe import PE
from firstspike.hw.layouts import DrainTag, Event, Slot, row_count_bits


class Activity(enum.Enum, shape=3):
    """What a cluster group does in a cycle."""

    IDLE = 0  # no pass
    EVENT = 1
    EMPTY_VISIT = 2
    WAIT_WEIGHTS = 3
    WAIT_SPIKES = 4
    WAIT_DRAIN = 5
    WAIT_PARTIAL_SUMS = 6


class EventIssue(wiring.Component):
    """Nothing stalls behind the issue: weights are there, stored sums can be loaded, and a finished position has room.

    Parameters
    ----------
    config : HardwareConfig

    Attributes
    ----------
    event : stream of Event, in
    upstream_busy : Signal, in
        Further events of the pass are on their way.
    busy : Signal, out
        An event waits here.
    rows_loaded, drain_ready, slot, slot_valid, drained, pass_done, activity
        See `EventGenerator`.
    """

    LOAD_AFTER_STORE = PE.LATENCY + 1
    """Cycles from the issue of a visit's last event until a visit that loads its potential may begin."""

    STORE_LATENCY = 2 + PE.LATENCY + 1
    """Cycles from the issue of a visit's last event until its potential is stored: the slot's way to the array, the
    weight ring, the PE, the store."""

    def __init__(self, config):
        self._config = config
        super().__init__(
            {
                "event": In(stream.Signature(Event(config))),
                "upstream_busy": In(1),
                "busy": Out(1),
                "rows_loaded": In(row_count_bits(config)),
                "drain_ready": In(1),
                "slot": Out(Slot(config)),
                "slot_valid": Out(1),
                "drained": Out(DrainTag()),
                "pass_done": Out(1),
                "activity": Out(Activity),
            }
        )

    def elaborate(self, platform):
        m = Module()
        # The event in hand and its needs; whether its weight row was in the ring one cycle ago.
        event = Signal(Event(self._config))
        needs_sum = Signal()
        needs_drain = Signal()
        row_ready = Signal()
        free = Signal()
        leaves = Signal()
        visit = event.visit

        following = self.event.payload

        def is_loaded(row_count):
            """Running number `row_count` is below `rows_loaded`; they differ by less than half of their range."""
            return ~(self.rows_loaded + ~row_count)[row_count_bits(self._config) - 1]

        m.d.comb += [free.eq(~self.busy | leaves), self.event.ready.eq(free)]
        with m.If(free):
            m.d.sync += [
                self.busy.eq(self.event.valid),
                row_ready.eq(is_loaded(following.row_count) | ~following.is_event),
            ]
        with m.Else():
            m.d.sync += row_ready.eq(is_loaded(event.row_count) | ~event.is_event)
        with m.If(free & self.event.valid):
            m.d.sync += [
                event.eq(following),
                needs_sum.eq(following.visit.load & following.visit.first_of_pass & following.first),
                needs_drain.eq(following.visit.drain & following.last),
            ]
        # Visits that ended so recently that their potential could not be read by a visit that begins now.
        stores = Signal(self.LOAD_AFTER_STORE - 1)
        following_stores = Signal.like(stores)
        storing = Signal()
        m.d.comb += [
            self.slot.is_event.eq(event.is_event),
            self.slot.row_address.eq(event.row_address),
            self.slot.event_time.eq(event.event_time),
            self.slot.negative.eq(event.negative),
            self.slot.first.eq(event.first),
            self.slot.last.eq(event.last),
            self.slot.load.eq(visit.load),
            self.slot.drain.eq(visit.drain),
            self.slot.partial_sum.eq(visit.partial_sum),
            self.drained.eq(visit.drained),
        ]
        with m.If(~self.busy):
            m.d.comb += self.activity.eq(Mux(self.upstream_busy, Activity.WAIT_SPIKES, Activity.IDLE))
        with m.Elif(visit.nothing):
            m.d.comb += [leaves.eq(1), self.activity.eq(Activity.IDLE)]
        with m.Elif(storing & needs_sum):
            m.d.comb += self.activity.eq(Activity.WAIT_PARTIAL_SUMS)
        with m.Elif(~row_ready):
            m.d.comb += self.activity.eq(Activity.WAIT_WEIGHTS)
        with m.Elif(needs_drain & ~self.drain_ready):
            m.d.comb += self.activity.eq(Activity.WAIT_DRAIN)
        with m.Else():
            m.d.comb += [
                leaves.eq(1),
                self.slot_valid.eq(1),
                self.activity.eq(Mux(event.is_event, Activity.EVENT, Activity.EMPTY_VISIT)),
            ]
        m.d.comb += following_stores.eq((stores << 1) | (self.slot_valid & event.last))
        m.d.sync += [stores.eq(following_stores), storing.eq(following_stores.any())]

        finishing = Signal(self.STORE_LATENCY)
        m.d.sync += finishing.eq((finishing << 1) | (leaves & visit.last_of_pass & event.last))
        m.d.comb += self.pass_done.eq(finishing[-1])
        return m
