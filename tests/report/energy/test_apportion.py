"""Rounded parts that add up to the rounded total."""

import random
from fractions import Fraction

from firstspike.report.energy.apportion import apportion


def test_parts_add_up_to_the_rounded_total():
    rng = random.Random(1)
    for _ in range(200):
        values = [Fraction(rng.randrange(10**6), rng.randrange(1, 50)) for _ in range(rng.randrange(1, 20))]
        unit = rng.randrange(1, 1000)
        parts = apportion(values, unit)
        assert sum(parts) == (sum(values) / unit + Fraction(1, 2)).__floor__()
        assert all(abs(part - value / unit) < 1 for part, value in zip(parts, values))


def test_the_largest_remainder_is_rounded_up():
    assert apportion([Fraction(14, 10), Fraction(13, 10), Fraction(13, 10)], 1) == [2, 1, 1]
