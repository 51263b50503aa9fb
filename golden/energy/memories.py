"""The processor's memories: width, depth and number, for prices and leakage."""

from dataclasses import dataclass
from fractions import Fraction

from golden.config import IMAGE_STREAM_BITS
from golden.microarchitecture import PARAMETER_SLOTS

BITS_PER_KILOBYTE = 8 * 1024


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
    potentials = config.cluster_lanes * config.acc_bits
    memories = (
        Memory("weight_ring", config.cluster_row_bits, config.ring_rows, config.clusters),
        Memory("spike_buffer", config.spike_word_bits, config.spike_words),
        Memory("image_buffer", IMAGE_STREAM_BITS, config.image_words),
        Memory("partial_sums", potentials, config.tile_positions, config.clusters),
        Memory("drain_memory", potentials, config.drain_positions, config.clusters),
        Memory("parameter_store", config.parameter_row_bits, PARAMETER_SLOTS * -(-config.lanes // config.encoders)),
    )
    return {memory.name: memory for memory in memories}


def kilobytes(config):
    """Fraction: capacity of all memories."""
    return sum(memory.kilobytes for memory in of(config).values())
