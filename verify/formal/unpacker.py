"""The unpacker hands on every bit of the network stream once, in order, and skips only what is to be skipped."""

import math

from amaranth.hdl import Array, Assert, Assume, Cat, Const, Cover, Mux, Signal

from firstspike.golden import formats
from firstspike.golden.config import PRESETS
from firstspike.golden.streams import records
from firstspike.hw.loader.unpacker import Unpacker
from firstspike.verify.formal.arbitrary import AnyConst
from firstspike.verify.formal.proof import Proof

COUNT_BITS = 6
"""Of the running numbers of words: they may wrap, because few words are inside."""


def properties(m, unpacker, inside):
    """Follows the word with an arbitrary running number into the pieces that are taken."""
    word_bits, sizes = unpacker._word_bits, unpacker._sizes
    granule = math.gcd(word_bits, *sizes)
    granules = word_bits // granule
    pieces = Array(size // granule for size in sizes)
    followed = Signal(COUNT_BITS)
    pushed, oldest, seen = Signal(COUNT_BITS), Signal(COUNT_BITS), Signal(word_bits)
    used = Signal(range(max(2, granules)))  # granules of the oldest word that have been taken
    last_seen = Signal()
    push = unpacker.i.valid & unpacker.i.ready
    m.d.comb += [
        followed.eq(AnyConst(COUNT_BITS)),
        Assume(unpacker.size < len(sizes)),
        Assume(~unpacker.take | unpacker.available.bit_select(unpacker.size, 1)),
        Assume(~unpacker.restart | (unpacker.ended & unpacker.exhausted & ~unpacker.take)),
    ]
    m.d.sync += pushed.eq(pushed + push)
    with m.If(push & (pushed == followed)):
        m.d.sync += seen.eq(unpacker.i.payload.data)
    end = Signal(range(granules + max(sizes) // granule + 1))
    with m.If(unpacker.take):
        m.d.comb += end.eq(used + pieces[unpacker.size])
        m.d.sync += [
            oldest.eq(oldest + Mux(unpacker.align, (end + granules - 1) // granules, end // granules)),
            used.eq(Mux(unpacker.align, 0, end % granules)),
        ]
    with m.If(unpacker.restart):
        m.d.sync += [oldest.eq(pushed), used.eq(0), last_seen.eq(0)]
    with m.Elif(push & unpacker.i.payload.last):
        m.d.sync += last_seen.eq(1)

    # A piece that is taken stands in `head` in the next cycle.
    taken, begin, begin_used = Signal(), Signal(COUNT_BITS), Signal.like(used)
    size_before = Signal.like(unpacker.size)
    wanted = Signal(max(sizes), init=(1 << sizes[0]) - 1)
    m.d.sync += [
        taken.eq(unpacker.take),
        begin.eq(oldest),
        begin_used.eq(used),
        size_before.eq(unpacker.size),
        wanted.eq(Array((1 << size) - 1 for size in sizes)[unpacker.size]),
    ]
    spanned = -(-max(sizes) // word_bits) + 1
    padding = Const(0, spanned * word_bits)
    shift = begin_used * granule
    head, mask = Cat(unpacker.head, padding) << shift, Cat(wanted, padding) << shift
    for k in range(spanned):
        here = slice(k * word_bits, (k + 1) * word_bits)
        with m.If(taken & ((followed - begin)[:COUNT_BITS] == k)):
            m.d.comb += Assert(((head[here] ^ seen) & mask[here]) == 0, "its bits stand in their place")
    for k, size in enumerate(sizes):
        m.d.comb += Assert(
            ~unpacker.available[k] | ((pushed - oldest)[:COUNT_BITS] * granules >= used + size // granule),
            "an offered piece is complete",
        )
    # What the registers stand for: the words are one cycle behind the decisions about them. Registers that are renewed in
    # every cycle need no invariant in an induction over three.
    count, in_place = Signal(COUNT_BITS), Signal(COUNT_BITS)
    pushed_before = Signal(COUNT_BITS)
    m.d.sync += pushed_before.eq(pushed)
    words = [inside[f"word_{k}"] for k in range(sum(name.startswith("word_") for name in inside))]
    arrives = pushed != pushed_before
    m.d.comb += [
        count.eq(pushed - oldest),
        in_place.eq(followed - begin),
        Assert(count <= len(words)),
        Assert((pushed_before - begin)[:COUNT_BITS] <= len(words)),
        Assert(inside["count"] == count),
        Assert(inside["offset"] == used),
        Assert(inside["ended"] == last_seen),
        Assert(~unpacker.ended | last_seen),
        Assert((oldest - begin)[:COUNT_BITS] <= (pushed_before - begin)[:COUNT_BITS]),
        Assert(~arrives | (followed != pushed_before) | (inside["arrived"] == seen), "the word on its way"),
        Assert(
            (in_place >= (pushed_before - begin)[:COUNT_BITS]) | (Array(words)[in_place] == seen), "the words inside"
        ),
        Assert(~taken | ((pushed_before - begin)[:COUNT_BITS] * granules >= begin_used + pieces[size_before])),
        Assert(~taken | (wanted == Array((1 << size) - 1 for size in sizes)[size_before])),
        Assert(size_before < len(sizes)),
    ]
    for k, size in enumerate(sizes):
        behind = used + size // granule
        m.d.comb += [
            Assert(inside[f"used_up_{k}"] == behind // granules),
            Assert(inside[f"touched_{k}"] == (behind + granules - 1) // granules),
            Assert(inside[f"offset_behind_{k}"] == behind % granules),
        ]
    m.d.comb += [
        Assert(unpacker.exhausted == (pushed == oldest)),
        Assert(~(push & last_seen), "no word after the last one"),
        Cover(unpacker.take & unpacker.align & (used != 0), "skips to the next word"),
        Cover(taken & (begin_used != 0) & (followed == begin) & (seen == 0x5A)),
        Cover(unpacker.restart),
    ]


def _sizes(config):
    """As the loader asks for."""
    rows = (config.lanes // split * formats.WEIGHT_BITS for split in config.splits)
    return (records.RECORD_BITS, config.parameter_row_bits, *rows)


def _proof(name, word_bits, sizes):
    return Proof(
        f"unpacker.{name}",
        f"pieces of {', '.join(map(str, sizes))} bits from words of {word_bits}: every bit of the "
        "stream appears once and in order, and only complete pieces are offered",
        lambda: Unpacker(word_bits, sizes),
        properties,
        depth=3,
        cover_depth=16,
    )


_TINY = PRESETS["tiny"]
PROOFS = (_proof("small", 8, (20, 12, 4)), _proof("tiny", _TINY.network_bits, _sizes(_TINY)))
