"""The processor's memories: width, depth and number, for prices and leakage."""

from dataclasses import dataclass
from fractions import Fraction

from firstspike.golden.config import IMAGE_STREAM_BITS, NO_PROTECTION, PARITY
from firstspike.golden.microarchitecture import PARAMETER_SLOTS

BITS_PER_KILOBYTE = 8 * 1024
PROTECTED_WORD_BITS = 64
"""Data bits that share check bits; a wider row is cut into words as equal as possible."""


PROTECTED = {
    "weight_protection": ("weight_ring",),
    "parameter_protection": ("parameter_store",),
    "spike_protection": ("spike_buffer",),
    "potential_protection": ("partial_sums", "drain_memory"),
    "image_protection": ("image_buffer",),
}
"""The memories that an option of the configuration protects."""


def protected(config, protection):
    """`config` with all memories protected in the same way."""
    return config.model_copy(update=dict.fromkeys(PROTECTED, protection))


@dataclass(frozen=True)
class Memory:
    """`copies` memories of `rows` rows of `bits` bits, each with a read port and a write port."""

    name: str
    bits: int
    rows: int
    copies: int = 1

    @property
    def kilobytes(self):
        """Fraction, of all copies."""
        return Fraction(self.bits * self.rows * self.copies, BITS_PER_KILOBYTE)


def of(config):
    """Dict of name to Memory, every SRAM of the processor.

    Parameters
    ----------
    config : HardwareConfig
    """
    potentials = _row_bits(config.cluster_lanes * config.acc_bits, config.potential_protection)
    memories = (
        Memory(
            "weight_ring",
            _row_bits(config.cluster_row_bits, config.weight_protection),
            config.ring_rows,
            config.clusters,
        ),
        Memory("spike_buffer", _row_bits(config.spike_word_bits, config.spike_protection), config.spike_words),
        Memory("image_buffer", _row_bits(IMAGE_STREAM_BITS, config.image_protection), config.image_words),
        Memory("partial_sums", potentials, config.tile_positions, config.clusters),
        Memory("drain_memory", potentials, config.drain_positions, config.clusters),
        Memory(
            "parameter_store",
            _row_bits(config.parameter_row_bits, config.parameter_protection),
            PARAMETER_SLOTS * -(-config.lanes // config.encoders),
        ),
    )
    return {memory.name: memory for memory in memories}


def kilobytes(config):
    """Fraction: capacity of all memories."""
    return sum(memory.kilobytes for memory in of(config).values())


def _row_bits(bits, protection):
    """Bits of a row with its check bits (hw/memory/protected_sram.py)."""
    if protection == NO_PROTECTION:
        return bits
    words = -(-bits // PROTECTED_WORD_BITS)
    return bits + sum(_check_bits(bits // words + (index < bits % words), protection) for index in range(words))


def _check_bits(bits, protection):
    """One parity bit, or those of a code that corrects one wrong bit and detects two."""
    if protection == PARITY:
        return 1
    check = 3
    while (1 << check - 1) - check < bits:
        check += 1
    return check
