"""Direct coding of the input: the canonical signed digits of a pixel."""

import numpy as np

from firstspike.golden import formats
from firstspike.golden.codes.code import Code, Event

DIGITS = 9
"""A pixel's canonical signed digits have the weights 2^0 .. 2^8 (in units of 1/256)."""


class PixelDigits(Code):
    """Each nonzero digit of a pixel p/256 is one event; its sign flips the sign of the weight."""

    name = "pixel_digits"
    bits = formats.PIXEL_BITS
    silent = 0
    usual_events = 3.2  # of a natural picture

    def events(self, word, settings):
        return tuple(Event(digit_time(digit), sign) for digit, sign in enumerate(digits(word).tolist()) if sign)


def digits(pixels):
    """Canonical signed digits (non-adjacent form) of 8-bit pixels.

    Parameters
    ----------
    pixels : array of uint8, any shape

    Returns
    -------
    int8 array of shape `pixels.shape + (9,)`
        Digit b, in {-1, 0, 1}, has the value `2^(b-8)` and is one event with t = 4*(8 - b).
    """
    x = np.asarray(pixels).astype(np.int32)
    half = x >> 1
    three_halves = x + half
    changed = three_halves ^ half
    bits = np.arange(DIGITS)
    plus = ((three_halves & changed)[..., None] >> bits) & 1
    minus = ((half & changed)[..., None] >> bits) & 1
    return (plus - minus).astype(np.int8)


def digit_time(digit):
    """Event time in ticks of pixel digit `digit` (0..8)."""
    return formats.TICKS_PER_OCTAVE * (formats.PIXEL_BITS - digit)
