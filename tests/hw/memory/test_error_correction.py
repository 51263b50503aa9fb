import itertools
import random

import pytest
from amaranth.hdl import Module
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out
from amaranth.sim import Simulator

from firstspike.golden.config import PARITY, SECDED
from firstspike.hw.memory.error_correction import WordChecker, WordCode, WordEncoder

SECDED_WIDTHS = (1, 4, 5, 20, 32, 53, 64)


class Channel(wiring.Component):
    """A word on its way through a memory in which the bits of `flips` turn over."""

    def __init__(self, code):
        self._code = code
        super().__init__(
            {
                "data": In(code.width),
                "flips": In(code.word_bits),
                "received": Out(code.width),
                "corrected": Out(1),
                "uncorrectable": Out(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        m.submodules.encoder = encoder = WordEncoder(self._code)
        m.submodules.checker = checker = WordChecker(self._code)
        m.d.comb += [
            encoder.data.eq(self.data),
            checker.word.eq(encoder.word ^ self.flips),
            self.received.eq(checker.data),
            self.corrected.eq(checker.corrected),
            self.uncorrectable.eq(checker.uncorrectable),
        ]
        return m


def transmit(code, cases):
    """(data, flips, received, corrected, uncorrectable) for each case (data, flips)."""
    channel = Channel(code)
    outcomes = []

    async def bench(ctx):
        for data, flips in cases:
            ctx.set(channel.data, data)
            ctx.set(channel.flips, flips)
            await ctx.delay(1e-9)
            outcomes.append(
                (data, flips, ctx.get(channel.received), ctx.get(channel.corrected), ctx.get(channel.uncorrectable))
            )

    simulator = Simulator(channel)
    simulator.add_testbench(bench)
    simulator.run()
    return outcomes


def data_words(width, count=3):
    choose = random.Random(width)
    return [0, (1 << width) - 1, *(choose.getrandbits(width) for _ in range(count))]


@pytest.mark.parametrize("protection", [PARITY, SECDED])
@pytest.mark.parametrize("width", SECDED_WIDTHS)
def test_a_word_without_a_wrong_bit_passes(protection, width):
    for data, _, received, corrected, uncorrectable in transmit(
        WordCode(width, protection), [(data, 0) for data in data_words(width, 20)]
    ):
        assert (received, corrected, uncorrectable) == (data, 0, 0)


@pytest.mark.parametrize("width", SECDED_WIDTHS)
def test_secded_corrects_every_single_wrong_bit(width):
    code = WordCode(width, SECDED)
    cases = [(data, 1 << bit) for data in data_words(width) for bit in range(code.word_bits)]
    for data, _, received, corrected, uncorrectable in transmit(code, cases):
        assert (received, corrected, uncorrectable) == (data, 1, 0)


@pytest.mark.parametrize("width", SECDED_WIDTHS)
def test_secded_detects_every_pair_of_wrong_bits(width):
    code = WordCode(width, SECDED)
    data = data_words(width)[-1]
    pairs = [(data, 1 << one | 1 << other) for one, other in itertools.combinations(range(code.word_bits), 2)]
    for _, _, _, corrected, uncorrectable in transmit(code, pairs):
        assert (corrected, uncorrectable) == (0, 1)


@pytest.mark.parametrize("width", [1, 5, 8])
def test_parity_detects_exactly_the_odd_numbers_of_wrong_bits(width):
    code = WordCode(width, PARITY)
    cases = [(data, flips) for data in data_words(width) for flips in range(1 << code.word_bits)]
    for _, flips, _, corrected, uncorrectable in transmit(code, cases):
        assert (corrected, uncorrectable) == (0, flips.bit_count() % 2)


@pytest.mark.parametrize("width", [32, 64])
def test_parity_detects_odd_numbers_of_wrong_bits_in_wide_words(width):
    code = WordCode(width, PARITY)
    choose = random.Random(width)
    singles = [1 << bit for bit in range(code.word_bits)]
    several = [sum(1 << bit for bit in choose.sample(range(code.word_bits), count)) for count in (3, 5, 7) * 40]
    cases = [(choose.getrandbits(width), flips) for flips in singles + several]
    assert all(uncorrectable for *_, uncorrectable in transmit(code, cases))


@pytest.mark.parametrize("protection", [PARITY, SECDED])
@pytest.mark.parametrize("width", SECDED_WIDTHS)
def test_the_check_bits_of_zeros_are_ones(protection, width):
    code = WordCode(width, protection)
    encoder = WordEncoder(code)

    async def bench(ctx):
        ctx.set(encoder.data, 0)
        await ctx.delay(1e-9)
        assert ctx.get(encoder.word) == ((1 << code.check_bits) - 1) << width

    simulator = Simulator(encoder)
    simulator.add_testbench(bench)
    simulator.run()


@pytest.mark.parametrize("width, bits", [(1, 3), (4, 4), (5, 5), (11, 5), (26, 6), (57, 7), (64, 8)])
def test_secded_takes_no_more_check_bits_than_needed(width, bits):
    assert WordCode(width, SECDED).check_bits == bits


@pytest.mark.parametrize(
    "width, protection, message",
    [
        (0, PARITY, "a word must have at least one data bit, not 0"),
        (8, "none", "the protection of a word must be parity or secded, not 'none'"),
    ],
)
def test_codes_that_do_not_exist_are_named(width, protection, message):
    with pytest.raises(ValueError, match=message):
        WordCode(width, protection)
