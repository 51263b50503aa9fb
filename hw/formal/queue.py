"""Queues never lose, duplicate or reorder an entry."""

from amaranth.hdl import Array, Assert, Cover, Signal

from hw.formal.arbitrary import AnyConst
from hw.formal.proof import Proof
from hw.formal.streams import is_stable
from hw.queue import Queue

WIDTH = 8
COUNT_BITS = 8
"""Of the running numbers of entries: they may wrap, because a queue holds far fewer."""

DEPTHS = (1, 2, 4, 8)


def properties(m, queue, inside):
    """A scoreboard: the entry with an arbitrary running number comes out with that number and as it went in."""
    depth = queue._depth
    followed = Signal(COUNT_BITS)
    m.d.comb += followed.eq(AnyConst(COUNT_BITS))
    pushed, popped = Signal(COUNT_BITS), Signal(COUNT_BITS)
    seen = Signal(WIDTH)
    push, pop = queue.i.valid & queue.i.ready, queue.o.valid & queue.o.ready
    m.d.sync += [pushed.eq(pushed + push), popped.eq(popped + pop)]
    with m.If(push & (pushed == followed)):
        m.d.sync += seen.eq(queue.i.payload)

    place = Signal(COUNT_BITS)
    m.d.comb += [
        place.eq(followed - popped),
        Assert(queue.level == (pushed - popped)[:COUNT_BITS], "level is what went in and not out"),
        Assert(queue.level <= depth),
        Assert(queue.i.ready == (queue.level != depth), "accepts while there is room"),
        Assert(queue.o.valid == (queue.level != 0), "offers while there is an entry"),
        Cover(queue.level == depth, "full"),
        Cover((queue.level == 0) & (popped == 2 * depth), "empty again after two rounds"),
        Cover(pop & (popped == followed) & (followed == depth) & (queue.o.payload == 0xA5), "the followed entry leaves"),
    ]
    if depth > 1:
        entry = Signal(range(2 * depth))
        m.d.comb += [
            entry.eq(inside["read_position"] + place),
            Assert(inside["read_position"] < depth),
            Assert(inside["write_position"] == Mux(inside["read_position"] + queue.level >= depth,
                                                   inside["read_position"] + queue.level - depth,
                                                   inside["read_position"] + queue.level), "positions"),
        ]
    else:
        entry = Const(0)
    with m.If(place < queue.level):
        m.d.comb += Assert(Array(inside[f"entry_{k}"] for k in range(depth))[
            Mux(entry >= depth, entry - depth, entry)] == seen, "kept inside")
    with m.If(queue.o.valid & (place == 0)):
        m.d.comb += Assert(queue.o.payload == seen, "comes out in its turn, as it went in")
    is_stable(m, queue.o, "o")


PROOFS = tuple(
    Proof(f"queue.depth_{depth}", f"a queue of depth {depth} never loses, duplicates or reorders an entry, accepts "
          "whenever it has room and offers whenever it has an entry; its output is stable",
          lambda depth=depth: Queue(WIDTH, depth), properties, depth=2, cover_depth=4 * depth + 3)
    for depth in DEPTHS)
