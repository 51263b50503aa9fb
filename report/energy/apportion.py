"""Rounding for tables, so that what is printed adds up too."""

from fractions import Fraction
from math import floor


def apportion(values, unit):
    """Whole multiples of `unit` whose sum is the rounded sum of the values (largest remainders).

    Parameters
    ----------
    values : list of int or Fraction
    unit : int or Fraction

    Returns
    -------
    list of int
        Each differs from its value by less than one unit.
    """
    exact = [Fraction(value) / unit for value in values]
    rounded = [floor(value) for value in exact]
    missing = floor(sum(exact) + Fraction(1, 2)) - sum(rounded)
    by_remainder = sorted(range(len(exact)), key=lambda index: rounded[index] - exact[index])
    for index in by_remainder[:missing]:
        rounded[index] += 1
    return rounded
