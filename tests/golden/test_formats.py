from fractions import Fraction

import numpy as np
import pytest

from firstspike.golden import formats
from firstspike.golden.codes import pixel_digits, pixel_spikes, ttfs
from firstspike.golden.codes import potentials as potentials_code
from firstspike.golden.codes.potentials import LOGIT_TABLE
from firstspike.golden.codes.ttfs import FIRE_THRESHOLDS, SILENT
from firstspike.golden.formats import PRODUCT_TABLE

F = 21
T = 24


def is_rounded_power(value, scale, numerator, denominator):
    """Whether value == round(scale * 2^(numerator/denominator)), on integers only."""
    power = Fraction(2 * scale) ** denominator * Fraction(2) ** numerator
    return (2 * value - 1) ** denominator < power < (2 * value + 1) ** denominator or value == scale * 2**numerator


@pytest.mark.parametrize("f", range(4))
def test_tables_are_the_rounded_powers_of_two(f):
    assert is_rounded_power(PRODUCT_TABLE[f], 64, -f, 4)
    assert is_rounded_power(FIRE_THRESHOLDS[f], 256, 2 * f + 1, 8)
    assert is_rounded_power(LOGIT_TABLE[f], 256, f, 4)


def test_every_product_is_the_defined_integer():
    for m in range(15):
        for t in range(33):
            e = 2 * m + t
            defined = PRODUCT_TABLE[e % 4] * Fraction(2) ** (15 - e // 4)
            assert defined.denominator == 1
            assert formats.product(m, t, F) == defined


def test_a_zero_weight_adds_nothing():
    assert {formats.product(15, t, F) for t in range(33)} == {0}


def test_products_at_smaller_f_are_the_same_values_or_refused():
    refused = 0
    for fraction_bits in range(6, 21):
        for m in range(15):
            for t in range(33):
                value = Fraction(formats.product(m, t, F), 2**F) * 2**fraction_bits
                if value.denominator == 1:
                    assert formats.product(m, t, fraction_bits) == value
                else:
                    refused += 1
                    with pytest.raises(ValueError, match=f"weight code {m} and time {t} needs .* but F is"):
                        formats.product(m, t, fraction_bits)
    assert refused > 1000


@pytest.mark.parametrize("max_magnitude, max_time", [(0, 0), (0, 3), (10, 32), (14, 23), (14, 30), (14, 32)])
def test_required_fraction_bits_are_the_fewest_that_lose_nothing(max_magnitude, max_time):
    required = formats.required_fraction_bits(max_magnitude, max_time)
    pairs = [(m, t) for m in range(max_magnitude + 1) for t in range(max_time + 1)]
    exact = [Fraction(formats.product(m, t, F), 2**F) for m, t in pairs]
    assert all((value * 2**required).denominator == 1 for value in exact)
    assert any((value * Fraction(2) ** (required - 1)).denominator != 1 for value in exact)


def test_the_reference_network_needs_18_fraction_bits():
    assert max(formats.required_fraction_bits(10, 32), formats.required_fraction_bits(14, T - 1)) == 18


def first_crossing(potential, fraction_bits):
    """u of docs/formats.md: the smallest whose threshold, an exact fraction, the potential reaches."""
    value = Fraction(potential, 2**fraction_bits)
    u = 4 * (fraction_bits - 40)
    while value < threshold(u):
        u += 1
    return u


def threshold(u):
    """The falling threshold 2^(-(u + 1/2)/4) with the significand rounded to 8 bits."""
    octave, quarter = divmod(-u - 1, 4)
    return Fraction(FIRE_THRESHOLDS[quarter], 256) * Fraction(2) ** octave


def border_potentials():
    """Every potential next to a fire threshold or a power of two, in all octaves of 32 bits."""
    for leading_one in range(31):
        for corner in (256, *FIRE_THRESHOLDS):
            base = (corner << leading_one) >> 8
            yield from (v for v in range(base - 2, base + 4) if 1 <= v < 1 << 31)


def test_the_fire_rule_follows_its_definition_at_every_border():
    for potential in border_potentials():
        assert ttfs.fire(potential, -40, 31, F) == clamp(first_crossing(potential, F) + 40, 31)
        for offset in range(-60, 90, 31):
            expected = clamp(first_crossing(potential, F) - offset, T)
            assert ttfs.fire(potential, offset, T, F) == expected


def clamp(time, time_steps):
    return SILENT if time > time_steps - 1 else max(0, time)


def test_the_fire_rule_follows_its_definition_for_every_small_potential():
    for potential in range(1, 5000):
        assert ttfs.fire(potential, 0, 31, 10) == clamp(first_crossing(potential, 10), 31)


def test_the_fire_rule_is_the_real_threshold_but_for_the_rounding_of_its_significand():
    rng = np.random.default_rng(1)
    random = [int(v) >> int(s) for v, s in zip(rng.integers(1, 1 << 31, 4000), rng.integers(0, 31, 4000))]
    rounded = 0
    for potential in [*random, *border_potentials()]:
        if potential == 0:
            continue
        u = first_crossing(potential, F)
        # V >= 2^(-(u + 1/2)/4) to the power of eight: V^8 >= 2^(-2u - 1), with V in units of 2^-F.
        reaches = Fraction(potential, 2**F) ** 8 >= Fraction(2) ** (-2 * u - 1)
        reaches_earlier = Fraction(potential, 2**F) ** 8 >= Fraction(2) ** (-2 * u + 1)
        if not reaches or reaches_earlier:
            rounded += 1
            border = u if not reaches else u - 1
            assert abs(Fraction(potential, 2**F) / threshold(border) - 1) < Fraction(1, 512)
    assert 0 < rounded < 500


@pytest.mark.parametrize("potential", [0, -1, -(1 << 31)])
def test_a_potential_that_is_not_positive_stays_silent(potential):
    assert ttfs.fire(potential, 127, 31, F) == SILENT


def test_a_value_that_means_a_spike_time_fires_at_it():
    for time in range(T):
        value = round(2 ** (F - time / 4))
        assert ttfs.fire(value, 0, T, F) == time
        assert ttfs.fire(value, 5, T, F) == max(0, time - 5)


def test_digits_of_every_pixel_have_its_value_and_are_not_adjacent():
    digits = pixel_digits.digits(np.arange(256, dtype=np.uint8))
    assert digits.shape == (256, 9)
    for pixel, row in enumerate(digits.tolist()):
        assert set(row) <= {-1, 0, 1}
        assert sum(d * 2**b for b, d in enumerate(row)) == pixel
        assert not any(low and high for low, high in zip(row, row[1:]))


def test_the_times_of_a_pixels_digits_mean_its_value():
    digits = pixel_digits.digits(np.arange(256, dtype=np.uint8))
    for pixel, row in enumerate(digits.tolist()):
        meant = sum(d * Fraction(2) ** Fraction(-pixel_digits.digit_time(b), 4) for b, d in enumerate(row))
        assert meant == Fraction(pixel, 256)


def test_the_digits_of_a_pixel_weigh_as_much_as_its_value():
    for m in range(15):
        for pixel, row in enumerate(pixel_digits.digits(np.arange(256)).tolist()):
            added = sum(d * formats.product(m, pixel_digits.digit_time(b), F) for b, d in enumerate(row) if d)
            assert added * 256 == formats.product(m, 0, F) * pixel


def test_a_ttfs_pixel_fires_where_its_value_crosses_the_threshold():
    assert pixel_spikes.spike_time(0, T) == SILENT
    for pixel in range(1, 256):
        for time_steps in (T, 31, 8):
            assert pixel_spikes.spike_time(pixel, time_steps) == clamp(max(0, first_crossing(pixel, 8)), time_steps)


def test_logits_are_exact_integers_beyond_64_bits():
    potentials = np.array([[(1 << 31) - 1, -(1 << 31), 3]])
    offsets = np.array([127, 0, -127])
    logits = potentials_code.integer_logits(potentials, offsets)
    assert logits.tolist() == [[((1 << 31) - 1) * LOGIT_TABLE[2] << 63, -(1 << 31) * LOGIT_TABLE[3] << 31, 3 * 256]]
    assert potentials_code.classify(potentials, offsets).tolist() == [0]


def test_the_class_is_that_of_the_largest_scaled_potential_and_ties_go_to_the_lower():
    rng = np.random.default_rng(2)
    potentials = rng.integers(-1 << 24, 1 << 24, (200, 10))
    offsets = rng.integers(-9, 10, 10)
    for row, found in zip(potentials.tolist(), potentials_code.classify(potentials, offsets).tolist()):
        scaled = [
            v * LOGIT_TABLE[(j - min(offsets)) % 4] * 2 ** ((j - min(offsets)) // 4)
            for v, j in zip(row, offsets.tolist())
        ]
        assert found == scaled.index(max(scaled))
    assert potentials_code.classify(np.array([[5, 8, 8, 1]]), np.array([0, 0, 0, 0])).tolist() == [1]
    assert potentials_code.classify(np.array([[4, 8]]), np.array([4, 0])).tolist() == [0]
