"""Operation and cycle counters of a layer run, sent as one packet."""

from amaranth.hdl import Array, Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from firstspike.golden.counting import counters
from firstspike.golden.streams.records import Packet
from firstspike.hw.layouts import PACKET_HEADER, PACKET_WORD

COUNTER_BITS = 32


class CounterBank(wiring.Component):
    """Counts while the next layer already runs: a snapshot copies all counters and clears them.

    Counts one cycle behind the processor.

    Parameters
    ----------
    increment_bits : dict of str to int
        Width of the increment of each counter, by name; the names of `golden.counting.counters.ALL`.

    Attributes
    ----------
    <name> : Signal, in
        Added in every cycle: what happened in the cycle before.
    snapshot : Signal, in
        This cycle is the first of the next layer run.
    clear : Signal, in
        Start from zero.
    layer : Signal(8), in
        Index for the packet, with `snapshot`.
    packet : stream of PACKET_WORD, out
    busy : Signal, out
        A snapshot is being sent; no other one may be taken.
    """

    def __init__(self, increment_bits):
        expected = [counter.name for counter in counters.ALL]
        if list(increment_bits) != expected:
            raise ValueError(f"expected increments for {expected}, got {list(increment_bits)}")
        super().__init__(
            {
                **{name: In(bits) for name, bits in increment_bits.items()},
                "snapshot": In(1),
                "clear": In(1),
                "layer": In(8),
                "packet": Out(stream.Signature(PACKET_WORD)),
                "busy": Out(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        names = [counter.name for counter in counters.ALL]
        copy_counts = Signal()
        restart = Signal()
        m.d.sync += [copy_counts.eq(self.snapshot), restart.eq(self.snapshot | self.clear)]
        copies = []
        for name in names:
            count = Signal(COUNTER_BITS, name=f"{name}_count")
            copy = Signal(COUNTER_BITS, name=f"{name}_copy")
            m.d.sync += count.eq(Mux(restart, 0, count) + getattr(self, name))
            with m.If(copy_counts):
                m.d.sync += copy.eq(count)
            copies.append(copy)

        header = Signal(PACKET_HEADER)
        index = Signal(8)
        sending = Signal()
        fetched = Signal()
        position = Signal(range(len(names) + 2))  # 0 is the header, then the counters
        m.d.comb += [
            header.packet.eq(Packet.COUNTERS),
            header.length.eq(len(names)),
            header.index.eq(index),
            self.busy.eq(copy_counts | sending),
            self.packet.valid.eq(sending & fetched),
            self.packet.payload.end.eq(position == len(names)),
        ]
        with m.If(self.snapshot):
            m.d.sync += index.eq(self.layer)
        # One word every other cycle: the choice among so many takes a cycle of its own.
        m.d.sync += [
            self.packet.payload.data.eq(Array([header.as_value(), *copies])[position]),
            fetched.eq(sending & ~(self.packet.valid & self.packet.ready)),
        ]
        with m.If(copy_counts):
            m.d.sync += [sending.eq(1), position.eq(0)]
        with m.Elif(self.packet.valid & self.packet.ready):
            m.d.sync += [position.eq(position + 1), sending.eq(~self.packet.payload.end)]
        return m
