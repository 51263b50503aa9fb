"""One line of an energy table: a number with unit, process node, voltage, source and how it was checked."""

from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from firstspike.golden.energy import scaling, units
from firstspike.golden.energy.operations import ALL_NAMES, POWERS, SRAM

CHECKS = {
    "page": "read in the text of the source",
    "code": "read as a constant in the named repository",
    "liberty": "read in the named Liberty file of an open PDK",
    "run": "result of a run of the named tool",
    "derived": "arithmetic on other sourced numbers",
    "unverified": "commonly quoted, not verified",
    "measured": "measured on our own netlist",
    "own": "the user's own number",
}
"""How far a number was checked."""

Check = Literal[tuple(CHECKS)]
Quantity = Annotated[str, Field(pattern=r"^\d+(\.\d+)? (nm|V)$")]
NOT_STATED = "not stated"


class Data(BaseModel):
    """Immutable content of a YAML file; an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def as_number(value):
    """A YAML number as an exact Decimal; refuses text, which would be a number with its unit in the wrong place."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | None):
        raise ValueError(f"expected a number, got {value!r} (the unit has its own field)")
    return Decimal(str(value)) if isinstance(value, float) else value


class Scaling(Data):
    """Node and voltage that a published value is brought to (`golden.energy.scaling`)."""

    family: Literal["HP", "LP"]
    node: Quantity
    voltage: Quantity


class Entry(Data):
    """Price of one primitive operation, or of one whole action, of one size.

    Attributes
    ----------
    action : str
        A name of `golden.energy.operations`.
    value : Decimal
        As published.
    unit : str
        fJ, pJ or nJ; nW, uW or mW for leakage.
    bits : int or None
        Width of the operation; None: the price holds for any width.
    kilobytes : Decimal or None
        Capacity of the memory (1 KB = 1024 bytes).
    node, voltage : str
        Of the published value, for example "45 nm" and "0.9 V", or "not stated".
    source, checked : str
        Where the value is from, and one of `CHECKS`.
    scaling : Scaling or None
        If given, the price is the published value brought to this node and voltage.
    note : str
    """

    action: str
    value: Annotated[Decimal, Field(ge=0)]
    unit: str
    node: Quantity | Literal[NOT_STATED]
    voltage: Quantity | Literal[NOT_STATED]
    source: Annotated[str, Field(min_length=1)]
    checked: Check
    bits: Annotated[int, Field(ge=1, strict=True)] | None = None
    kilobytes: Annotated[Decimal, Field(gt=0)] | None = None
    scaling: Scaling | None = None
    note: str = ""

    _numbers = field_validator("value", "kilobytes", mode="before")(as_number)

    @model_validator(mode="after")
    def _check(self):
        def must(condition, text):
            if not condition:
                raise ValueError(text)

        sized = (*SRAM, *POWERS)
        must(self.action in ALL_NAMES, f"unknown action {self.action!r}, expected one of {', '.join(ALL_NAMES)}")
        expected = units.WATTS if self.action in POWERS else units.ATTOJOULES
        must(self.unit in expected, f"unit of {self.action} must be one of {', '.join(expected)}, not {self.unit!r}")
        must(
            (self.kilobytes is not None) == (self.action in sized),
            f"kilobytes belong to {', '.join(sized)} and to nothing else",
        )
        must(self.bits is not None or self.action not in SRAM, f"{self.action} needs bits, the width of its word")
        if self.scaling is not None:
            must(self.action not in POWERS, "leakage cannot be scaled with equations for switching energy")
            must(NOT_STATED not in (self.node, self.voltage), "a value without node and voltage cannot be scaled")
        return self

    @property
    def scale(self):
        """Fraction by which the published value is multiplied."""
        if self.scaling is None:
            return Fraction(1)
        return scaling.factor(
            self.scaling.family,
            _number(self.node),
            _number(self.voltage),
            _number(self.scaling.node),
            _number(self.scaling.voltage),
        )

    @property
    def energy(self):
        """Fraction of attojoules: the published value, scaled."""
        return units.attojoules(self.value, self.unit) * self.scale

    @property
    def watts(self):
        """Fraction of watts, for leakage."""
        return Fraction(self.value) * units.WATTS[self.unit]

    def __str__(self):
        size = (f" {self.bits} b" if self.bits else "") + (f" {self.kilobytes} KB" if self.kilobytes else "")
        scaled = f" x {float(self.scale):.3f}" if self.scaling else ""
        return f"{self.action}{size} {self.value} {self.unit}{scaled}"


def _number(quantity):
    return Fraction(quantity.split()[0])
