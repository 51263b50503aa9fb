"""Queues never lose, duplicate or reorder an entry."""

from amaranth.hdl import Array, Assert, Cover, Mux, Signal

from firstspike.hw.lib.queue import Queue
from firstspike.verify.formal.arbitrary import AnyConst
from firstspike.verify.formal.proof import Proof
from firstspike.verify.formal.streams import is_stable

WIDTH = 8
COUNT_BITS = 8
"""Of the running numbers of entries: they may wrap, because a queue holds far fewer."""

DEPTHS = (1, 2, 4, 8)


def is_consistent(m, level, ready, valid, inside, depth, path=""):
    """Asserts what the registers of a queue at `path` in a component keep to: the invariant of an induction."""
    m.d.comb += [
        Assert(level <= depth),
        Assert(ready == (level != depth), "accepts while there is room"),
        Assert(valid == (level != 0), "offers while there is an entry"),
    ]
    if depth > 1:
        read, write = inside[f"{path}read_position"], inside[f"{path}write_position"]
        m.d.comb += [
            Assert(read < depth),
            Assert(write == Mux(read + level >= depth, read + level - depth, read + level), "positions"),
        ]


def inner_is_consistent(m, inside, name, depth):
    """The same of the queue of this name inside of a component."""
    level, ready, valid = (inside[f"{name}.{register}"] for register in ("level", "i__ready", "o__valid"))
    is_consistent(m, level, ready, valid, inside, depth, f"{name}.")


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
        Cover(queue.level == depth, "full"),
        Cover((queue.level == 0) & (popped == 2 * depth), "empty again after two rounds"),
        Cover(
            pop & (popped == followed) & (followed == depth) & (queue.o.payload == 0xA5), "the followed entry leaves"
        ),
    ]
    is_consistent(m, queue.level, queue.i.ready, queue.o.valid, inside, depth)
    entry = Signal(range(2 * depth))
    m.d.comb += entry.eq((inside["read_position"] if depth > 1 else 0) + place)
    with m.If(place < queue.level):
        m.d.comb += Assert(
            Array(inside[f"entry_{k}"] for k in range(depth))[Mux(entry >= depth, entry - depth, entry)] == seen,
            "kept inside",
        )
    with m.If(queue.o.valid & (place == 0)):
        m.d.comb += Assert(queue.o.payload == seen, "comes out in its turn, as it went in")
    is_stable(m, queue.o, "o")


PROOFS = tuple(
    Proof(
        f"queue.depth_{depth}",
        f"a queue of depth {depth} never loses, duplicates or reorders an entry, accepts "
        "whenever it has room and offers whenever it has an entry; its output is stable",
        lambda depth=depth: Queue(WIDTH, depth),
        properties,
        depth=2,
        cover_depth=4 * depth + 3,
    )
    for depth in DEPTHS
)
