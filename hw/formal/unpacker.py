"""The unpacker hands on every bit of the network stream once, in order, and skips only what is to be skipped."""

from amaranth.hdl import Array, Assert, Assume, Cat, Const, Cover, Mux, Signal

from golden import records
from golden.config import PRESETS
from hw.formal.arbitrary import AnyConst
from hw.formal.proof import Proof
from hw.unpacker import Unpacker

COUNT_BITS = 8
"""Of the running numbers of words: they may wrap, because few words are inside."""


def properties(m, unpacker, inside):
    """Follows a word with an arbitrary running number through the shift register into `head`."""
    word_bits, sizes = unpacker._word_bits, unpacker._sizes
    words = [inside[f"word_{k}"] for k in range(sum(name.startswith("word_") for name in inside))]
    granule = _granule(word_bits, sizes)
    granules = word_bits // granule
    capacity = len(words)
    followed = Signal(COUNT_BITS)
    pushed, oldest, seen = Signal(COUNT_BITS), Signal(COUNT_BITS), Signal(word_bits)
    used = Signal(range(max(2, granules)))      # granules of the oldest word that have been taken
    push = unpacker.i.valid & unpacker.i.ready
    count, place = Signal(COUNT_BITS), Signal(COUNT_BITS)
    m.d.comb += [
        followed.eq(AnyConst(COUNT_BITS)),
        Assume(~unpacker.take | (unpacker.available.bit_select(unpacker.size, 1) & (unpacker.size < len(sizes)))),
        Assume(~unpacker.restart | unpacker.ended),
        count.eq(pushed - oldest),
        place.eq(followed - oldest),
    ]
    m.d.sync += pushed.eq(pushed + push)
    with m.If(push & (pushed == followed)):
        m.d.sync += seen.eq(unpacker.i.payload.data)
    end = Signal(range(granules + max(sizes) // granule + 1))
    with m.If(unpacker.take):
        m.d.comb += end.eq(used + Array(size // granule for size in sizes)[unpacker.size])
        m.d.sync += [
            oldest.eq(oldest + Mux(unpacker.align, (end + granules - 1) // granules, end // granules)),
            used.eq(Mux(unpacker.align, 0, end % granules)),
        ]
    with m.If(unpacker.restart):
        m.d.sync += [oldest.eq(pushed), used.eq(0)]

    head = Cat(unpacker.head, Const(0, capacity * word_bits))
    valid = Cat(Const((1 << len(unpacker.head)) - 1, len(unpacker.head)), Const(0, capacity * word_bits))
    shift = used * granule
    m.d.comb += [
        Assert(count <= capacity),
        Assert(inside["count"] == count),
        Assert(inside["offset"] == used),
        Assert(unpacker.exhausted == (count == 0)),
        Assert(~(push & unpacker.ended), "no word after the last one"),
        Cover(unpacker.take & unpacker.align & (used != 0), "skips to the next word"),
        Cover(unpacker.take & (pushed == followed + 2) & (used != 0) & (seen == 0x5A)),
        Cover(unpacker.restart),
    ]
    for k, size in enumerate(sizes):
        m.d.comb += Assert(unpacker.available[k] == (count * granules >= used + size // granule), "complete pieces")
    for k in range(capacity):
        with m.If((place == k) & (place < count)):
            here = slice(k * word_bits, (k + 1) * word_bits)
            m.d.comb += [
                Assert(words[k] == seen),
                Assert((((head << shift)[here] ^ seen) & (valid << shift)[here]) == 0, "its bits stand in their place"),
            ]


def _granule(word_bits, sizes):
    import math
    return math.gcd(word_bits, *sizes)


def _sizes(config):
    """As the loader asks for."""
    rows = (config.lanes // split * 5 for split in config.splits)
    return (records.RECORD_BITS, config.parameter_row_bits, *rows)


def _proof(name, word_bits, sizes):
    return Proof(
        f"unpacker.{name}", f"pieces of {', '.join(map(str, sizes))} bits from words of {word_bits}: every bit of the "
        "stream appears once and in order, and pieces are offered exactly when they are complete",
        lambda: Unpacker(word_bits, sizes), properties, depth=2, cover_depth=14)


_TINY = PRESETS["tiny"]
PROOFS = (_proof("small", 8, (20, 12, 4)), _proof("tiny", _TINY.network_bits, _sizes(_TINY)))
