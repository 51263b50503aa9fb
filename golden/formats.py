"""The number formats of `docs/formats.md`: weights, spike times, products, the fire rule, pixel digits, logits.

Every constant of the formats stands here and nowhere else; the RTL, the exporter and the golden model import it.
"""

import numpy as np

TICKS_PER_OCTAVE = 4
"""One tick is the step 2^(-1/4)."""

SILENT = 31
"""Spike word of a neuron that never fires."""

SPIKE_BITS = 5
WEIGHT_BITS = 5
WEIGHT_SIGN_BIT = 4
ZERO_MAGNITUDE = 15
"""Magnitude code of the weight zero; its sign is exported as 0."""

EVENT_TIME_BITS = 6
"""An event's time: 0..30 for spikes, 0..32 for the digits of a pixel."""

PRODUCT_TABLE = (64, 54, 45, 38)
"""round(64 * 2^(-f/4)): the product's significand for the four ticks of an octave."""

PRODUCT_TABLE_BITS = 6
"""Fraction bits of `PRODUCT_TABLE`."""

FIRE_THRESHOLDS = (279, 332, 395, 470)
"""round(256 * 2^((2i+1)/8)): the four spike-time borders inside one octave."""

FIRE_THRESHOLD_BITS = 8
"""Fraction bits of `FIRE_THRESHOLDS`."""

PIXEL_BITS = 8
PIXEL_DIGITS = 9
"""A pixel's canonical signed digits have the weights 2^0 .. 2^8 (in units of 1/256)."""

LOGIT_TABLE = (256, 304, 362, 431)
"""round(256 * 2^(r/4)): scales potentials of different channel offsets to one unit."""

PARAMETER_BITS = 40
"""One output channel's parameters in the network stream: a 32-bit bias, then an 8-bit channel offset."""

MAX_EXPONENT = 60
"""Largest 2m + t of a non-zero product: m = 14 and a digit of time 32."""


def required_fraction_bits(max_magnitude, max_time):
    """Smallest F for which a product of magnitude code `max_magnitude` and event time `max_time` loses no bit.

    A product is `LUT[e mod 4] * 2^(F - 6 - e div 4)` with e = 2m + t. It is an integer if the exponent is not negative,
    or if the table entry has enough factors of two to absorb it.
    """
    exponents = [2 * m + t for m in range(max_magnitude + 1) for t in range(max_time + 1)]
    return max(_product_fraction_bits(e) for e in exponents)


def _product_fraction_bits(exponent):
    significand = PRODUCT_TABLE[exponent % TICKS_PER_OCTAVE]
    trailing_zeros = (significand & -significand).bit_length() - 1
    return PRODUCT_TABLE_BITS + exponent // TICKS_PER_OCTAVE - trailing_zeros


def product(magnitude, time, fraction_bits):
    """Magnitude of one synaptic operation, in units of 2^-fraction_bits.

    Parameters
    ----------
    magnitude : int
        Magnitude code m, 0..15.
    time : int
        Event time t in ticks, 0..32.

    Returns
    -------
    int
        `LUT[e mod 4] * 2^(F - 6 - e div 4)` with e = 2m + t; 0 for m = 15.

    Raises
    ------
    ValueError
        The product would lose bits at this F.
    """
    if magnitude == ZERO_MAGNITUDE:
        return 0
    exponent = 2 * magnitude + time
    if fraction_bits < _product_fraction_bits(exponent):
        raise ValueError(
            f"the product of weight code {magnitude} and time {time} needs "
            f"{_product_fraction_bits(exponent)} fraction bits, but F is {fraction_bits}"
        )
    significand = PRODUCT_TABLE[exponent % TICKS_PER_OCTAVE]
    shift = fraction_bits - PRODUCT_TABLE_BITS - exponent // TICKS_PER_OCTAVE
    return significand << shift if shift >= 0 else significand >> -shift


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
    first_crossing = TICKS_PER_OCTAVE * (fraction_bits - leading_one) - crossed
    if first_crossing - offset > time_steps - 1:
        return SILENT
    return max(0, first_crossing - offset)


def pixel_digits(pixels):
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
    bits = np.arange(PIXEL_DIGITS)
    plus = ((three_halves & changed)[..., None] >> bits) & 1
    minus = ((half & changed)[..., None] >> bits) & 1
    return (plus - minus).astype(np.int8)


def digit_time(digit):
    """Event time in ticks of pixel digit `digit` (0..8)."""
    return TICKS_PER_OCTAVE * (PIXEL_BITS - digit)


def pixel_spike_time(pixel, time_steps):
    """Spike word of an 8-bit pixel under TTFS coding: the fire rule applied to pixel/256, offset 0."""
    return fire(int(pixel), 0, time_steps, PIXEL_BITS)


def integer_logits(potentials, offsets):
    """Potentials of the output layer in one common unit, as exact integers.

    Parameters
    ----------
    potentials : int64 array (..., classes)
    offsets : int array (classes,)
        Channel offsets j in ticks.

    Returns
    -------
    object array (..., classes)
        `V * LOGIT_TABLE[r] * 2^q` with `j - min(j) = 4q + r`, as Python integers (they may exceed 64 bits).
    """
    above_lowest = np.asarray(offsets, dtype=np.int64) - int(np.min(offsets))
    scale = [LOGIT_TABLE[int(a) % TICKS_PER_OCTAVE] << (int(a) // TICKS_PER_OCTAVE) for a in above_lowest]
    return np.asarray(potentials).astype(object) * np.array(scale, dtype=object)


def classify(potentials, offsets):
    """Class of the largest logit; ties go to the lower class. Shapes as in `integer_logits`; returns int64 (...)."""
    return np.argmax(integer_logits(potentials, offsets), axis=-1).astype(np.int64)
