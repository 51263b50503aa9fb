"""Direct coding, as docs/formats.md defines it."""

from firstspike.golden import formats


def events(pixel, settings):
    """(time, sign) of the events of one pixel."""
    return [
        (formats.TICKS_PER_OCTAVE * (formats.PIXEL_BITS - digit), sign)
        for digit, sign in enumerate(signed_digits(pixel))
        if sign
    ]


def signed_digits(number):
    """Signed binary digits of a number, lowest first, no two neighbours nonzero."""
    digits = []
    while number:
        # An odd number gets the digit after which the next one is zero: the rest must be a multiple of four.
        digit = 2 - number % 4 if number % 2 else 0
        digits.append(digit)
        number = (number - digit) // 2
    return digits
