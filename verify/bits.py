"""Bits of byte strings."""

import numpy as np


def flip(content, bits):
    """`content` (bytes) with these bits turned over, counted from the low bit of its first byte; one named twice stays."""
    flipped = np.frombuffer(content, np.uint8).copy()
    np.bitwise_xor.at(flipped, np.array(bits) // 8, (1 << np.array(bits) % 8).astype(np.uint8))
    return flipped.tobytes()
