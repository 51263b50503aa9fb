"""A short first-in first-out queue between two streams."""

from amaranth.hdl import Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out


class Queue(wiring.Component):
    """Stream queue in registers; the head is always in the same register, so reading it costs no multiplexer.

    Parameters
    ----------
    shape : ShapeLike
        Payload.
    depth : int
        Entries, at least 1.

    Attributes
    ----------
    i, o : stream
        No combinational path from one to the other; a full queue of depth 1 therefore moves every other cycle.
    level : Signal, out
        Entries in the queue.

    Raises
    ------
    ValueError
        `depth` is not positive.
    """

    def __init__(self, shape, depth):
        if depth < 1:
            raise ValueError(f"a queue needs a depth of at least 1, not {depth}")
        self._shape = shape
        self._depth = depth
        super().__init__({
            "i": In(stream.Signature(shape)),
            "o": Out(stream.Signature(shape)),
            "level": Out(range(depth + 1)),
        })

    def elaborate(self, platform):
        m = Module()
        entries = [Signal(self._shape, name=f"entry_{k}") for k in range(self._depth)]
        push = Signal()
        pop = Signal()
        free = Signal(range(self._depth + 1))  # first free entry once the head has left
        m.d.comb += [
            self.i.ready.eq(self.level != self._depth),
            self.o.valid.eq(self.level != 0),
            self.o.payload.eq(entries[0]),
            push.eq(self.i.valid & self.i.ready),
            pop.eq(self.o.valid & self.o.ready),
            free.eq(Mux(pop, self.level - 1, self.level)),
        ]
        m.d.sync += self.level.eq(free + push)
        for k, entry in enumerate(entries):
            with m.If(push & (free == k)):
                m.d.sync += entry.eq(self.i.payload)
            if k + 1 < self._depth:
                with m.Elif(pop):
                    m.d.sync += entry.eq(entries[k + 1])
        return m
