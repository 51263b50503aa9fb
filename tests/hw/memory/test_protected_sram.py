import random

import pytest
from amaranth.sim import Simulator

from firstspike.golden.config import NO_PROTECTION, PARITY, SECDED
from firstspike.hw.memory import protected_sram
from firstspike.hw.memory.protected_sram import MOST_WORD_BITS, ProtectedSram, memory, word_widths
from firstspike.hw.memory.sram import Sram


def simulate(sram, bench):
    simulator = Simulator(sram)
    simulator.add_clock(1e-6)
    simulator.add_testbench(bench)
    simulator.run()


async def write(ctx, sram, address, data):
    ctx.set(sram.write_enable, 1)
    ctx.set(sram.write_address, address)
    ctx.set(sram.write_data, data)
    await ctx.tick()
    ctx.set(sram.write_enable, 0)


async def read(ctx, sram, address):
    """(data, error, corrected) of a read."""
    ctx.set(sram.read_enable, 1)
    ctx.set(sram.read_address, address)
    await ctx.tick()
    ctx.set(sram.read_enable, 0)
    data = ctx.get(sram.read_data)
    await ctx.tick()
    outcome = data, ctx.get(sram.error), ctx.get(sram.corrected)
    await ctx.tick()
    assert (ctx.get(sram.error), ctx.get(sram.corrected)) == (0, 0), "the signals are pulses"
    return outcome


@pytest.mark.parametrize("protection", [PARITY, SECDED])
@pytest.mark.parametrize("width, depth", [(1, 2), (20, 8), (160, 16)])
def test_rows_written_are_read_without_an_error(protection, width, depth):
    sram = memory(width, depth, protection)

    async def bench(ctx):
        choose = random.Random(width)
        rows = [choose.getrandbits(width) for _ in range(depth)]
        for address, data in enumerate(rows):
            await write(ctx, sram, address, data)
        for address, data in enumerate(rows):
            assert await read(ctx, sram, address) == (data, 0, 0)

    simulate(sram, bench)


@pytest.mark.parametrize("protection", [PARITY, SECDED])
def test_a_row_never_written_is_not_checked_until_it_is_read(protection):
    sram = memory(32, 4, protection)

    async def bench(ctx):
        for _ in range(8):
            await ctx.tick()
            assert (ctx.get(sram.error), ctx.get(sram.corrected)) == (0, 0)

    simulate(sram, bench)


@pytest.fixture
def rows_of(monkeypatch):
    """Function that returns the rows of the `Sram` that was elaborated last."""
    made = []

    class OpenSram(Sram):
        def _model(self):
            m = super()._model()
            made.append(m.submodules.rows)
            return m

    monkeypatch.setattr(protected_sram, "Sram", OpenSram)
    return lambda: made[-1].data


@pytest.mark.parametrize("protection", [PARITY, SECDED])
def test_wrong_bits_in_a_row_are_reported_and_corrected_word_by_word(rows_of, protection):
    width = 2 * MOST_WORD_BITS
    sram = ProtectedSram(width, 2, protection)

    async def bench(ctx):
        row = rows_of()[1]
        data = random.Random(1).getrandbits(width)
        for bits, corrected in (([3], True), ([3, 90], True), ([3, 4], False)):
            await write(ctx, sram, 1, data)
            word_bits = sram.row_bits // 2
            place = [bit if bit < MOST_WORD_BITS else word_bits + bit - MOST_WORD_BITS for bit in bits]
            ctx.set(row, ctx.get(row) ^ sum(1 << bit for bit in place))
            outcome = await read(ctx, sram, 1)
            if protection == PARITY:
                # Two wrong bits of one word cancel out.
                assert outcome[1:] == (int(bits != [3, 4]), 0)
            elif corrected:
                assert outcome == (data, 0, 1)
            else:
                assert outcome[1:] == (1, 0)

    simulate(sram, bench)


def test_a_memory_without_protection_is_a_plain_one():
    assert isinstance(memory(8, 4, NO_PROTECTION), Sram)


@pytest.mark.parametrize("width, words", [(1, [1]), (64, [64]), (65, [33, 32]), (160, [54, 53, 53]), (320, [64] * 5)])
def test_rows_are_cut_into_words_as_equal_as_possible(width, words):
    assert word_widths(width) == words
