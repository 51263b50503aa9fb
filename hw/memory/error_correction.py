"""Check bits of memory words: parity, and single error correction with double error detection (SECDED)."""

import itertools
from functools import reduce
from operator import xor

from amaranth.hdl import Cat, Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from firstspike.golden.config import PARITY, SECDED


class WordCode:
    """A code for words of `width` data bits. Linear: check bit c is the parity of the data bits in its group.

    SECDED is a Hsiao code: the column of a data bit (the check bits it takes part in) has an odd weight of at least 3,
    that of a check bit has weight 1. One wrong bit gives the syndrome of its column, two give one of even weight.
    Check bits are stored inverted, so that a word of zeros, as an erased or stuck memory gives it, is no code word.

    Parameters
    ----------
    width : int
    protection : str
        `PARITY` or `SECDED`.

    Attributes
    ----------
    check_bits : int
    columns : tuple of int
        For each data bit the set of its check bits, as a bit mask.
    """

    def __init__(self, width, protection):
        if protection not in (PARITY, SECDED):
            raise ValueError(f"the protection of a word must be {PARITY} or {SECDED}, not {protection!r}")
        if width < 1:
            raise ValueError(f"a word must have at least one data bit, not {width}")
        self.width = width
        self.protection = protection
        if protection == PARITY:
            self.check_bits = 1
            self.columns = (1,) * width
        else:
            self.check_bits = next(bits for bits in itertools.count(3) if (1 << bits - 1) - bits >= width)
            odd = [value for value in range(1 << self.check_bits) if value.bit_count() % 2 and value.bit_count() >= 3]
            # Light columns make small trees.
            self.columns = tuple(sorted(odd, key=lambda value: (value.bit_count(), value))[:width])

    @property
    def word_bits(self):
        """Data and check bits."""
        return self.width + self.check_bits

    def check(self, data):
        """Check bits of `data`, a list of bits (of any type that has `^` and `~`), lowest first."""
        return [
            ~reduce(xor, (bit for bit, column in zip(data, self.columns) if column >> group & 1))
            for group in range(self.check_bits)
        ]


class WordEncoder(wiring.Component):
    """Adds the check bits to a word. Combinational.

    Parameters
    ----------
    code : WordCode

    Attributes
    ----------
    data : Signal(width), in
    word : Signal(word_bits), out
        Data in the low bits.
    """

    def __init__(self, code):
        self._code = code
        super().__init__({"data": In(code.width), "word": Out(code.word_bits)})

    def elaborate(self, platform):
        m = Module()
        m.d.comb += self.word.eq(Cat(self.data, *self._code.check(list(self.data))))
        return m


class WordChecker(wiring.Component):
    """Checks a word, and corrects it if the code can. Combinational.

    Parameters
    ----------
    code : WordCode

    Attributes
    ----------
    word : Signal(word_bits), in
    data : Signal(width), out
    corrected : Signal, out
        One wrong bit, of the data or a check bit, has been corrected.
    uncorrectable : Signal, out
        The word is wrong and `data` is not to be used.
    """

    def __init__(self, code):
        self._code = code
        super().__init__(
            {"word": In(code.word_bits), "data": Out(code.width), "corrected": Out(1), "uncorrectable": Out(1)}
        )

    def elaborate(self, platform):
        m = Module()
        code = self._code
        data, check = self.word[: code.width], self.word[code.width :]
        syndrome = Signal(code.check_bits)
        m.d.comb += syndrome.eq(check ^ Cat(code.check(list(data))))
        if code.protection == PARITY:
            m.d.comb += [self.data.eq(data), self.uncorrectable.eq(syndrome)]
            return m
        wrong = Signal(code.width)
        wrong_check = Signal(code.check_bits)
        m.d.comb += [
            wrong.eq(Cat(syndrome == column for column in code.columns)),
            wrong_check.eq(Cat(syndrome == 1 << group for group in range(code.check_bits))),
            self.data.eq(data ^ wrong),
            self.corrected.eq(wrong.any() | wrong_check.any()),
            self.uncorrectable.eq(syndrome.any() & ~self.corrected),
        ]
        return m
