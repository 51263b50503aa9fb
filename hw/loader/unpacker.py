"""Cuts the words of the network stream into records, parameter rows and weight rows."""

import math

from amaranth.hdl import Array, Cat, Module, Mux, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out


class Unpacker(wiring.Component):
    """Gearbox from stream words to pieces of a few fixed sizes that straddle words.

    Words are kept whole in a short shift register and a bit offset says how much of the oldest one is used up, so that
    skipping to the next word border (the end of a section) is as cheap as taking a piece.

    What taking a piece of each size would do is worked out one cycle ahead, so that `take` only selects; the words
    themselves follow one cycle behind.

    Parameters
    ----------
    word_bits : int
        Width of the stream.
    sizes : tuple of int
        Bits of the pieces.

    Attributes
    ----------
    i : stream, in
        Payload `data`, `last`. After a word with `last` no further word is accepted until `restart`.
    head : Signal(max(sizes)), out
        The piece taken one cycle ago, and the bits that follow it.
    available : Signal(len(sizes)), out
        Bit k: a piece of `sizes[k]` bits can be taken. A word counts from the second cycle after its acceptance.
    take : Signal, in
        Removes a piece of `sizes[size]` bits; only while it is available.
    size : Signal, in
    align : Signal, in
        With `take`: also drops the rest of the word that the piece ends in.
    ended : Signal, out
        The word with `last` has been accepted, and counts in `available`.
    exhausted : Signal, out
        No word is left.
    restart : Signal, in
        Empties the shift register and accepts words again.
    """

    def __init__(self, word_bits, sizes):
        self._word_bits = word_bits
        self._sizes = tuple(sizes)
        super().__init__(
            {
                "i": In(stream.Signature(data.StructLayout({"data": word_bits, "last": 1}))),
                "head": Out(max(sizes)),
                "available": Out(len(sizes)),
                "take": In(1),
                "size": In(range(len(sizes))),
                "align": In(1),
                "ended": Out(1),
                "exhausted": Out(1),
                "restart": In(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        granule = math.gcd(self._word_bits, *self._sizes)
        granules = self._word_bits // granule  # in a word
        pieces = [size // granule for size in self._sizes]
        words_spanned = -(-(granules - 1 + max(pieces)) // granules)
        capacity = words_spanned + 2  # one word arrives while a piece waits, another one does not count yet
        words = [Signal(self._word_bits, name=f"word_{k}") for k in range(capacity)]
        count = Signal(range(capacity + 1))
        offset = Signal(range(max(2, granules)))

        # Of a piece of each size at the offset: words it uses up, words it touches, and the offset behind it.
        offsets = range(granules)
        used_up, touched, offset_behind = [], [], []
        tables = []
        for k, piece in enumerate(pieces):
            for found, name, values in (
                (used_up, "used_up", [(start + piece) // granules for start in offsets]),
                (touched, "touched", [-(-(start + piece) // granules) for start in offsets]),
                (offset_behind, "offset_behind", [(start + piece) % granules for start in offsets]),
            ):
                value = Signal(range(max(values) + 1), init=values[0], name=f"{name}_{k}")
                found.append(value)
                tables.append((value, values))

        # What a piece of the present size would leave.
        offset_after = Signal.like(offset)
        pops = Signal(range(words_spanned + 1))
        count_after = Signal.like(count)
        m.d.comb += [
            offset_after.eq(Mux(self.align, 0, Array(offset_behind)[self.size])),
            pops.eq(Mux(self.align, Array(touched)[self.size], Array(used_up)[self.size])),
            count_after.eq(count - pops),
        ]
        with m.If(self.take):
            m.d.sync += offset.eq(offset_after)
            m.d.sync += [value.eq(Array(values)[offset_after]) for value, values in tables]

        popped = Signal.like(pops)
        kept = Signal.like(count)
        m.d.comb += [popped.eq(Mux(self.take, pops, 0)), kept.eq(Mux(self.take, count_after, count))]

        push = Signal()
        ended = Signal()
        for k, piece in enumerate(pieces):
            needed = [-(-(start + piece) // granules) for start in offsets]
            m.d.sync += self.available[k].eq(
                Mux(self.take, count_after >= Array(needed)[offset_after], count >= touched[k])
            )
        m.d.sync += self.ended.eq(ended)
        m.d.comb += [
            self.i.ready.eq((count != capacity) & ~ended),
            push.eq(self.i.valid & self.i.ready),
            self.exhausted.eq(count == 0),
        ]
        m.d.sync += count.eq(kept + push)

        # The words, one cycle behind.
        arrived = Signal(self._word_bits)
        arrives = Signal()
        place = Signal.like(kept)
        leave = Signal.like(popped)
        head_offset = Signal.like(offset)
        m.d.sync += [arrives.eq(push), place.eq(kept), leave.eq(popped), head_offset.eq(offset)]
        with m.If(self.i.ready):
            m.d.sync += arrived.eq(self.i.payload.data)
        bits = Cat(words)
        heads = [bits[k * granule : k * granule + max(self._sizes)] for k in range(granules)]
        m.d.comb += self.head.eq(Array(heads)[head_offset])
        for k, word in enumerate(words):
            with m.If(arrives & (place == k)):
                m.d.sync += word.eq(arrived)
            with m.Else():
                with m.Switch(leave):
                    for places in range(1, min(words_spanned, capacity - 1 - k) + 1):
                        with m.Case(places):
                            m.d.sync += word.eq(words[k + places])
        with m.If(push & self.i.payload.last):
            m.d.sync += ended.eq(1)
        with m.If(self.restart):
            m.d.sync += [offset.eq(0), *(value.eq(values[0]) for value, values in tables)]
            m.d.sync += [count.eq(0), self.available.eq(0), ended.eq(0), self.ended.eq(0)]
        return m
