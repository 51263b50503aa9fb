"""Units of energy tables as exact factors, and values of mixed units as exact numbers."""

from decimal import Decimal
from fractions import Fraction

ATTOJOULES = {"fJ": 10**3, "pJ": 10**6, "nJ": 10**9}
"""Units of energy, in attojoules."""

MICROJOULE = 10**12
"""In attojoules."""

PICOJOULE = ATTOJOULES["pJ"]

WATTS = {"nW": Fraction(1, 10**9), "uW": Fraction(1, 10**6), "mW": Fraction(1, 10**3)}
"""Units of power, in watts."""

ATTOJOULES_PER_JOULE = 10**18


def attojoules(value: Decimal | int, unit: str) -> Fraction:
    """`value` (Decimal or int) of an energy unit as a Fraction of attojoules."""
    return Fraction(value) * ATTOJOULES[unit]
