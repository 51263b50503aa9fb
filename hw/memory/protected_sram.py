"""A memory whose words have check bits."""

from functools import reduce
from operator import or_

from amaranth.hdl import Cat, Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from firstspike.golden.config import NO_PROTECTION, bits_for
from firstspike.hw.memory.error_correction import WordChecker, WordCode, WordEncoder
from firstspike.hw.memory.sram import Sram

MOST_WORD_BITS = 64
"""Data bits that share check bits; a wider row is cut into words as equal as possible."""


def word_widths(width):
    """Data bits of the words that a row of `width` bits consists of."""
    count = -(-width // MOST_WORD_BITS)
    return [width // count + (index < width % count) for index in range(count)]


def memory(width, depth, protection):
    """An `Sram`, or a `ProtectedSram` if there is something to protect it with."""
    return Sram(width, depth) if protection == NO_PROTECTION else ProtectedSram(width, depth, protection)


def errors(*memories):
    """OR of the `error` outputs of those `memories` that are protected; 0 without any."""
    return _any(memory.error for memory in memories if isinstance(memory, ProtectedSram))


def corrections(*memories):
    """OR of the `corrected` outputs of those `memories` that are protected; 0 without any."""
    return _any(memory.corrected for memory in memories if isinstance(memory, ProtectedSram))


def _any(signals):
    return reduce(or_, signals, 0)


class ProtectedSram(wiring.Component):
    """An `Sram` that writes check bits beside the data and looks at them in the cycle after a read.

    The ports are those of `Sram`, with the same latency: checking and correction are combinational behind the memory.
    Every read is checked, so a row must not be read before it has been written.

    Parameters
    ----------
    width, depth : int
        As for `Sram`, without check bits.
    protection : str
        `golden.config.PARITY` or `SECDED`.

    Members
    -------
    write_enable, write_address, write_data, read_enable, read_address, read_data
        As for `Sram`.
    error : Out
        Two cycles after `read_enable`: the row has a word that is wrong and not corrected.
    corrected : Out
        At the same time: the row has a word that was corrected.
    """

    def __init__(self, width, depth, protection):
        self._depth = depth
        self._codes = [WordCode(bits, protection) for bits in word_widths(width)]
        address_bits = bits_for(depth)
        super().__init__(
            {
                "write_enable": In(1),
                "write_address": In(address_bits),
                "write_data": In(width),
                "read_enable": In(1),
                "read_address": In(address_bits),
                "read_data": Out(width),
                "error": Out(1),
                "corrected": Out(1),
            }
        )

    @property
    def row_bits(self):
        """Bits of a row with its check bits; the words lie one after the other."""
        return sum(code.word_bits for code in self._codes)

    def elaborate(self, platform):
        m = Module()
        m.submodules.sram = sram = Sram(self.row_bits, self._depth)
        rows, data, corrected, uncorrectable = [], [], [], []
        first_data, first_word = 0, 0
        for index, code in enumerate(self._codes):
            m.submodules[f"encoder_{index}"] = encoder = WordEncoder(code)
            m.submodules[f"checker_{index}"] = checker = WordChecker(code)
            m.d.comb += [
                encoder.data.eq(self.write_data[first_data : first_data + code.width]),
                checker.word.eq(sram.read_data[first_word : first_word + code.word_bits]),
            ]
            rows.append(encoder.word)
            data.append(checker.data)
            corrected.append(checker.corrected)
            uncorrectable.append(checker.uncorrectable)
            first_data += code.width
            first_word += code.word_bits

        read = Signal()
        m.d.comb += [
            sram.write_enable.eq(self.write_enable),
            sram.write_address.eq(self.write_address),
            sram.write_data.eq(Cat(rows)),
            sram.read_enable.eq(self.read_enable),
            sram.read_address.eq(self.read_address),
            self.read_data.eq(Cat(data)),
        ]
        m.d.sync += [
            read.eq(self.read_enable),
            self.error.eq(read & Cat(uncorrectable).any()),
            self.corrected.eq(read & Cat(corrected).any()),
        ]
        return m
