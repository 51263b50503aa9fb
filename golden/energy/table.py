"""Energy tables: the price of an action, from the entries it is made of."""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated

from pydantic import Field, model_validator

from firstspike.golden.energy import units
from firstspike.golden.energy.entry import Data, Entry
from firstspike.golden.energy.errors import EnergyError
from firstspike.golden.energy.operations import ALL_NAMES, LEAKAGE, SRAM


@dataclass(frozen=True)
class Price:
    """What one action costs.

    Attributes
    ----------
    attojoules : int
        Rounded once, here; everything after it is exact.
    derivation : str
        From which entries, for people.
    """

    attojoules: int
    derivation: str


class Table(Data):
    """A set of prices.

    Attributes
    ----------
    name, title : str
    warning : str
        What every report with this table must say.
    omits : dict of str to str
        Actions that the table deliberately leaves out (they cost nothing), and why.
    fallback : Table or None
        Prices what this table neither prices nor leaves out.
    entries : tuple of Entry
    """

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_\-]+$")]
    title: Annotated[str, Field(min_length=1)]
    warning: str = ""
    omits: dict[str, str] = {}
    fallback: "Table | None" = None
    entries: Annotated[tuple[Entry, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _check(self):
        for action in self.omits:
            if action not in ALL_NAMES:
                raise ValueError(f"omits: unknown action {action!r}, expected one of {', '.join(ALL_NAMES)}")
            if self._points(action):
                raise ValueError(f"omits: {action} is left out, but has a price too")
        sizes = [(entry.action, entry.bits, entry.kilobytes) for entry in self.entries]
        for size in sizes:
            if sizes.count(size) > 1:
                raise ValueError(f"{size[0]} of the same size has two prices")
        for action in ALL_NAMES:
            widths = {entry.bits for entry in self._points(action)}
            if action in SRAM and len(widths) > 1:
                raise ValueError(f"{action}: all entries must have words of the same number of bits")
            if None in widths and len(widths) > 1:
                raise ValueError(f"{action}: one entry holds for any width, so there cannot be others")
        return self

    def price(self, action):
        """Price of an action.

        Parameters
        ----------
        action : golden.energy.operations.Action

        Returns
        -------
        Price
            Of the action itself if the table has it, else of the operations that it is made of.

        Raises
        ------
        EnergyError
            The table has neither and does not say that it leaves them out.
        """
        if whole := self._owner(action.name):
            return whole._own_price(action.name, self)
        if not action.made_of:
            raise EnergyError(f"energy table {self.name} has no price for {action.name}")
        energy, derivations = Fraction(0), []
        for operation in action.made_of:
            owner = self._owner(operation.name)
            if owner is None:
                raise EnergyError(
                    f"energy table {self.name} has no price for {action.name}: expected an entry "
                    f"{action.name!r}, or one {operation.name!r} of which it is made"
                )
            one, derivation = owner._operation_energy(operation)
            energy += operation.times * one
            times = f"{operation.times} x " if operation.times > 1 else ""
            derivations.append(owner._named(self, times + derivation))
        return Price(round(energy), "; ".join(derivations))

    def leakage(self, kilobytes, clock_hz):
        """Price of the leakage of memories of `kilobytes` (Fraction) in one cycle of `clock_hz` (int).

        Raises
        ------
        EnergyError
            As `price`.
        """
        owner = self._owner(LEAKAGE)
        if owner is None:
            raise EnergyError(f"energy table {self.name} has no price for {LEAKAGE}")
        if LEAKAGE in owner.omits:
            return owner._own_price(LEAKAGE, self)
        entry = owner._points(LEAKAGE)[0]
        watts = entry.watts / Fraction(entry.kilobytes) * kilobytes
        return Price(
            round(watts * units.ATTOJOULES_PER_JOULE / clock_hz),
            owner._named(self, f"{float(kilobytes):.1f} KB at {entry}, {clock_hz / 1e6:g} MHz"),
        )

    def prices(self, name):
        """Whether the table has, or deliberately leaves out, what is named so."""
        return self._owner(name) is not None

    def _owner(self, name):
        """The table that has, or leaves out, what is named so: this one, else its fallback; None: neither."""
        if name in self.omits or self._points(name):
            return self
        return self.fallback and self.fallback._owner(name)

    def _own_price(self, name, asked):
        if name in self.omits:
            return Price(0, self._named(asked, f"left out: {self.omits[name]}"))
        entry = self._points(name)[0]
        return Price(round(entry.energy), self._named(asked, str(entry)))

    def _operation_energy(self, operation):
        """(Fraction of attojoules, derivation)"""
        if operation.name in self.omits:
            return Fraction(0), f"{operation.name} left out: {self.omits[operation.name]}"
        points = self._points(operation.name)
        return (_operation_energy if operation.rows is None else _memory_energy)(points, operation)

    def _named(self, asked, derivation):
        """A derivation for people who asked the table `asked`: says where it is from if that is another one."""
        return derivation if asked is self else f"not in {asked.name}, from {self.name}: {derivation}"

    def _points(self, action):
        return [entry for entry in self.entries if entry.action == action]


def _operation_energy(points, operation):
    """(Fraction of attojoules, derivation)"""
    if points[0].bits is None:
        return points[0].energy, str(points[0])
    points = sorted(points, key=lambda entry: entry.bits)
    energy = _interpolate([(Fraction(entry.bits), entry.energy) for entry in points], Fraction(operation.bits))
    return energy, f"{operation.name} of {operation.bits} bits from {', '.join(map(str, points))}"


def _memory_energy(points, operation):
    """The same for a row that lies in macros of the table's word width side by side.

    Between the table's capacities the energy is linear in the square root of the capacity, to which the lengths of word
    and bit lines are proportional; beyond them it is proportional to it.
    """
    word = points[0].bits
    kilobytes = Fraction(operation.rows * word, 8 * 1024)
    points = sorted(points, key=lambda entry: entry.kilobytes)
    energy = _interpolate([(_root(entry.kilobytes), entry.energy) for entry in points], _root(kilobytes))
    return (
        energy * Fraction(operation.bits, word),
        f"{operation.name} of {operation.bits} bits in {operation.rows} rows ({operation.bits / word:g} macros of "
        f"{word} bits, {float(kilobytes):g} KB each) from {', '.join(map(str, points))}",
    )


def _root(value):
    # math.sqrt is correctly rounded, so every machine computes the same price
    return Fraction(math.sqrt(value))


def _interpolate(points, x):
    """Piecewise linear between `points` [(x, y)], sorted by x; proportional to x outside of them."""
    (first_x, first_y), (last_x, last_y) = points[0], points[-1]
    if x <= first_x:
        return first_y * x / first_x
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        if x <= x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return last_y * x / last_x
