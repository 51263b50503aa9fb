"""Time to first spike, as docs/formats.md defines it."""

from firstspike.golden import formats
from firstspike.golden.codes.ttfs import FIRE_THRESHOLD_BITS, FIRE_THRESHOLDS, SILENT


def events(word, settings):
    """(time, sign) of the events of a spike word."""
    return [] if word == SILENT else [(word, 1)]


def encode(potential, offset, settings):
    """Spike word of one neuron."""
    return fire(potential, offset, settings.time_steps, settings.fraction_bits)


def fire(potential, offset, time_steps, fraction_bits):
    """Spike word of one neuron by the fire rule; parameters as in `golden.codes.ttfs.fire`."""
    if potential <= 0:
        return SILENT
    leading_one = 0
    while 2 ** (leading_one + 1) <= potential:
        leading_one += 1
    reached = [
        threshold for threshold in FIRE_THRESHOLDS if 2**FIRE_THRESHOLD_BITS * potential >= threshold * 2**leading_one
    ]
    time = formats.TICKS_PER_OCTAVE * (fraction_bits - leading_one) - len(reached) - offset
    return SILENT if time > time_steps - 1 else max(0, time)
