"""Time to first spike: a word is the tick in which a neuron fires, and means 2^(-t/4); early is large."""

import numba
import numpy as np

from firstspike.golden import formats
from firstspike.golden.codes.code import Event, SpikeCode

SILENT = 31
"""Spike word of a neuron that never fires."""

FIRE_THRESHOLDS = (279, 332, 395, 470)
"""round(256 * 2^((2i+1)/8)): the four spike-time borders inside one octave."""

FIRE_THRESHOLD_BITS = 8
"""Fraction bits of `FIRE_THRESHOLDS`."""


class Ttfs(SpikeCode):
    """Each neuron fires at most once; the threshold falls tick by tick (docs/formats.md, "Fire rule")."""

    name = "ttfs"
    silent = SILENT
    usual_events = 0.2  # VGG-16 on CIFAR-10: 0.05 to 0.3, by layer

    def events(self, word, settings):
        return () if word == SILENT else (Event(word),)

    def sent(self, settings):
        return (*range(settings.time_steps), SILENT)

    def encode(self, potential, offset, settings):
        return fire(potential, offset, settings.time_steps, settings.fraction_bits)

    def encoder(self, offsets, settings):
        borders = spike_time_borders(offsets, settings.time_steps, settings.fraction_bits)
        return lambda potentials: fire_all(potentials, borders)

    def pool(self, words, axis):
        return words.min(axis=axis)

    def text(self, word):
        return "silence" if word == SILENT else f"a spike at time {word}"


def fire(potential, offset, time_steps, fraction_bits):
    """Spike word of one neuron: the fire rule for plain integers.

    Parameters
    ----------
    potential : int
        Membrane potential V in units of 2^-fraction_bits.
    offset : int
        Channel offset j in ticks.
    time_steps : int
        T, at most 31.

    Returns
    -------
    int
        The spike time 0..T-1, or `SILENT`.
    """
    if potential <= 0:
        return SILENT
    leading_one = potential.bit_length() - 1
    crossed = sum((potential << FIRE_THRESHOLD_BITS) >= threshold << leading_one for threshold in FIRE_THRESHOLDS)
    first_crossing = formats.TICKS_PER_OCTAVE * (fraction_bits - leading_one) - crossed
    if first_crossing - offset > time_steps - 1:
        return SILENT
    return max(0, first_crossing - offset)


def spike_time_borders(offsets, time_steps, fraction_bits):
    """int64 (channels, time_steps), from int (channels,): the smallest potential that fires at this time or earlier.

    The fire rule turned around: with `t + j = 4*(F - b) - n`, n in 1..4, it is the smallest positive V with
    `256 * V >= th[n - 1] * 2^b`.
    """
    borders = np.empty((len(offsets), time_steps), dtype=np.int64)
    for channel, offset in enumerate(offsets.tolist()):
        for time in range(time_steps):
            crossed = (-(time + offset) - 1) % formats.TICKS_PER_OCTAVE + 1
            leading_one = fraction_bits - (time + offset + crossed) // formats.TICKS_PER_OCTAVE
            threshold = FIRE_THRESHOLDS[crossed - 1] << max(leading_one, 0)
            border = -(-threshold >> FIRE_THRESHOLD_BITS + max(-leading_one, 0))
            # No int32 potential reaches a border beyond int32.
            borders[channel, time] = min(border, 1 << 32)
    return borders


@numba.njit(parallel=True, cache=True)
def fire_all(potentials, borders):
    """Spike words, uint8 of the shape of `potentials` (N, height, width, out_channels)."""
    images, height, width, out_channels = potentials.shape
    time_steps = borders.shape[1]
    words = np.empty(potentials.shape, np.uint8)
    for row in numba.prange(images * height):
        image, y = divmod(np.int64(row), height)
        for x in range(width):
            for channel in range(out_channels):
                potential = potentials[image, y, x, channel]
                if potential < borders[channel, time_steps - 1]:
                    words[image, y, x, channel] = SILENT
                    continue
                earliest, latest = 0, time_steps - 1
                while earliest < latest:
                    middle = (earliest + latest) // 2
                    if potential >= borders[channel, middle]:
                        latest = middle
                    else:
                        earliest = middle + 1
                words[image, y, x, channel] = earliest
    return words
