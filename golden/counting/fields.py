"""Named numbers with unit and meaning: of counters, statistics and reports."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """One number (or text) that is reported.

    Attributes
    ----------
    name : str
    unit : str
    description : str
    """

    name: str
    unit: str
    description: str


def explained(sections: Mapping[str, Iterable[Field]]) -> dict[str, dict[str, dict[str, str]]]:
    """Dict of section to dict of field name to `unit` and `meaning`, for a JSON file that explains itself.

    Parameters
    ----------
    sections : dict of str to iterable of Field
    """
    return {
        section: {field.name: {"unit": field.unit, "meaning": field.description} for field in fields}
        for section, fields in sections.items()
    }
