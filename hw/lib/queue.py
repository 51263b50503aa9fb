"""A short first-in first-out queue between two streams."""

from amaranth.hdl import Array, Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out


class Queue(wiring.Component):
    """Stream queue in registers.

    The free entry follows the input in every cycle and a push only moves on to the next one, so that nothing wide
    waits for a handshake.

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
        super().__init__(
            {"i": In(stream.Signature(shape)), "o": Out(stream.Signature(shape)), "level": Out(range(depth + 1))}
        )

    def elaborate(self, platform):
        m = Module()
        entries = [Signal(self._shape, name=f"entry_{k}") for k in range(self._depth)]
        level = self.level
        write_position, read_position = (Signal(range(self._depth), name=f"{n}_position") for n in ("write", "read"))
        has_room = Signal(init=1)
        has_entry = Signal()
        push = Signal()
        pop = Signal()

        def advance(position):
            return position.eq(Mux(position == self._depth - 1, 0, position + 1))

        m.d.comb += [
            self.i.ready.eq(has_room),
            self.o.valid.eq(has_entry),
            self.o.payload.eq(Array(entries)[read_position]),
            push.eq(self.i.valid & self.i.ready),
            pop.eq(self.o.valid & self.o.ready),
        ]
        # The handshakes are registers: what will hold, in terms of the present level.
        m.d.sync += [
            level.eq(level + push - pop),
            has_room.eq(pop | ((level != self._depth) & ~((level == self._depth - 1) & push))),
            has_entry.eq(push | ((level != 0) & ~((level == 1) & pop))),
        ]
        for k, entry in enumerate(entries):
            with m.If(self.i.ready & (write_position == k)):
                m.d.sync += entry.eq(self.i.payload)
        with m.If(push):
            m.d.sync += advance(write_position)
        with m.If(pop):
            m.d.sync += advance(read_position)
        return m
