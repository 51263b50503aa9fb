"""The number formats of `docs/formats.md` that all codes share: weights, products, widths of words.

Every constant of the formats stands here or in the file of its code (`golden/codes`) and nowhere else; the RTL, the
exporter and the golden model import it.
"""

TICKS_PER_OCTAVE = 4
"""One tick is the step 2^(-1/4)."""

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

PIXEL_BITS = 8
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
