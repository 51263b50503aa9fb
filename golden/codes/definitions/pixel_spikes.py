"""TTFS coding of the input, as docs/formats.md defines it."""

from firstspike.golden import formats
from firstspike.golden.codes.definitions import ttfs


def events(pixel, settings):
    """(time, sign) of the events of one pixel."""
    return ttfs.events(ttfs.fire(pixel, 0, settings.time_steps, formats.PIXEL_BITS), settings)
