import random

import pytest

from firstspike.hw.loader.unpacker import Unpacker
from tests.hw.stream_devices import send, simulate

SHAPES = [
    (32, (256, 80, 40, 20)),  # tiny
    (64, (256, 160, 80, 40)),  # small
    (256, (256, 640, 640, 320)),  # paper
    (96, (256, 40, 15, 5)),  # pieces and words without a common power of two
    (512, (256, 40, 5)),  # many pieces in a word
]


class Taker:
    """Takes random pieces at random times and compares everything with the bits sent so far."""

    def __init__(self, unpacker, sizes, words, word_bits, choose):
        self.unpacker, self.sizes, self.choose = unpacker, sizes, choose
        self.word_bits = word_bits
        self.count = len(words)
        self.bits = sum(word << word_bits * index for index, word in enumerate(words))
        self.accepted = self.counted = self.position = 0
        self.taken_from = None  # position of the piece taken in the cycle before

    async def run(self, ctx, stall):
        unpacker, choose, total = self.unpacker, self.choose, self.count * self.word_bits
        while self.position < total:
            fitting = [k for k, size in enumerate(self.sizes) if size <= total - self.position]
            if not fitting:
                return
            index, align = choose.choice(fitting), choose.random() < 0.3
            size = self.sizes[index]
            ctx.set(unpacker.size, index)
            ctx.set(unpacker.align, align)
            taken = False
            while not taken:
                available = self.position + size <= self.counted * self.word_bits
                taken = available and choose.random() >= stall
                ctx.set(unpacker.take, taken)
                await self.tick(ctx)
            self.taken_from = self.position
            ctx.set(unpacker.take, 0)
            self.position += size
            if align:
                self.position = -(-self.position // self.word_bits) * self.word_bits

    async def tick(self, ctx):
        unpacker = self.unpacker
        _, _, head, available, exhausted, ended, valid, ready = await ctx.tick().sample(
            unpacker.head, unpacker.available, unpacker.exhausted, unpacker.ended, unpacker.i.valid, unpacker.i.ready
        )
        arrived = self.counted * self.word_bits
        expected = sum((self.position + size <= arrived) << k for k, size in enumerate(self.sizes))
        assert available == expected
        if self.taken_from is not None:
            known = min(arrived - self.taken_from, max(self.sizes))
            assert (head ^ self.bits >> self.taken_from) % (1 << known) == 0
        self.taken_from = None
        assert exhausted == (self.position == self.accepted * self.word_bits)
        assert ended == (self.counted == self.count)
        assert not (ended and ready)
        self.counted = self.accepted
        self.accepted += valid and ready


@pytest.mark.parametrize("word_bits, sizes", SHAPES)
@pytest.mark.parametrize("source_stall, taker_stall", [(0, 0), (0.5, 0), (0, 0.5), (0.4, 0.4)])
def test_pieces_are_the_bits_of_the_stream_in_order(word_bits, sizes, source_stall, taker_stall):
    unpacker = Unpacker(word_bits, sizes)
    choose = random.Random(word_bits)
    packets = [[choose.getrandbits(word_bits) for _ in range(choose.randrange(1, 60))] for _ in range(3)]
    finished = 0

    async def source(ctx):
        random_ = random.Random(1)
        for number, words in enumerate(packets):
            beats = [{"data": word, "last": index == len(words) - 1} for index, word in enumerate(words)]
            await send(ctx, unpacker.i, beats, random_, source_stall)
            while finished <= number:
                await ctx.tick()

    async def sink(ctx):
        nonlocal finished
        for words in packets:
            taker = Taker(unpacker, sizes, words, word_bits, choose)
            await taker.run(ctx, taker_stall)
            while taker.accepted < len(words):
                await taker.tick(ctx)
            ctx.set(unpacker.restart, 1)
            await taker.tick(ctx)
            ctx.set(unpacker.restart, 0)
            finished += 1

    simulate(unpacker, source, sink)


def test_a_piece_of_a_whole_word_moves_in_every_cycle():
    unpacker = Unpacker(32, (32,))

    async def bench(ctx):
        ctx.set(unpacker.i.valid, 1)
        await ctx.tick()
        await ctx.tick()
        ctx.set(unpacker.take, 1)
        for _ in range(30):
            _, _, ready, available = await ctx.tick().sample(unpacker.i.ready, unpacker.available)
            assert (ready, available) == (1, 1)

    simulate(unpacker, bench)
