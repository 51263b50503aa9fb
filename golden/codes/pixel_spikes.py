"""TTFS coding of the input: one spike per pixel."""

import functools

from firstspike.golden import formats
from firstspike.golden.codes import ttfs
from firstspike.golden.codes.code import Code, Event


class PixelSpikes(Code):
    """A pixel is a neuron with the potential p/256 and no offset."""

    name = "pixel_spikes"
    bits = formats.PIXEL_BITS
    silent = 0
    usual_events = 1

    def events(self, word, settings):
        time = spike_time(word, settings.time_steps)
        return () if time == ttfs.SILENT else (Event(time),)

    def event_times(self, settings):
        # Every layer of a network takes the same times, also those that no pixel has.
        return tuple(range(settings.time_steps))


@functools.cache
def spike_time(pixel: int, time_steps: int) -> int:
    """Spike word of an 8-bit pixel: the fire rule applied to pixel/256, offset 0."""
    return ttfs.fire(int(pixel), 0, time_steps, formats.PIXEL_BITS)
