"""Energy tables, DRAM choices and published results, read from their YAML files."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import Field, ValidationError, field_validator

from firstspike.golden.energy import units
from firstspike.golden.energy.entry import Check, Data, as_number
from firstspike.golden.energy.errors import EnergyError
from firstspike.golden.energy.table import Table

HERE = Path(__file__).resolve().parent
DIRECTORY = HERE / "tables"
DRAM_FILE = HERE / "dram.yaml"
PUBLISHED_FILE = HERE / "published.yaml"
SUFFIX = ".yaml"
DEFAULT = "cacti_28nm"


class DramChoice(Data):
    """Energy of one bit moved to or from external memory.

    Attributes
    ----------
    title : str
    value : Decimal
    unit : str
    source, checked, note : str
    """

    title: str
    value: Annotated[Decimal, Field(ge=0)]
    unit: Literal["pJ/bit"]
    source: Annotated[str, Field(min_length=1)]
    checked: Check
    note: str = ""

    _number = field_validator("value", mode="before")(as_number)

    @property
    def attojoules(self):
        """int, per bit."""
        return round(units.attojoules(self.value, "pJ"))


class PublishedResult(Data):
    """A result that others have published; nothing in it was measured by this project.

    Attributes
    ----------
    design, source, checked : str
    technology : str or None
        None where it was not recorded.
    dataset : str
    accuracy : Decimal or None
        Percent.
    microjoules : Decimal or None
        Energy of one inference.
    picojoules_per_sop : str
        As published, maybe a range.
    note : str
    """

    design: str
    source: str
    checked: Check
    technology: str | None = None
    dataset: str = ""
    accuracy: Decimal | None = None
    microjoules: Decimal | None = None
    picojoules_per_sop: str = ""
    note: str = ""

    _numbers = field_validator("accuracy", "microjoules", mode="before")(as_number)


class _DramChoices(Data):
    choices: dict[str, DramChoice]


class _PublishedResults(Data):
    results: tuple[PublishedResult, ...]


def names():
    """Names of the tables of this project."""
    return tuple(sorted(path.stem for path in DIRECTORY.glob(f"*{SUFFIX}")))


def load(name_or_path):
    """The table of this name, or the one in this YAML file.

    Raises
    ------
    EnergyError
        There is none, it is not YAML, or an entry is missing or malformed (the message names it).
    """
    path = Path(name_or_path)
    if path.suffix not in (SUFFIX, ".yml"):
        if str(name_or_path) not in names():
            raise EnergyError(
                f"unknown energy table {str(name_or_path)!r}: expected a YAML file or one of {', '.join(names())}"
            )
        path = DIRECTORY / f"{name_or_path}{SUFFIX}"
    return _read(Table, path, _with_fallback)


def dram_choices():
    """Dict of name to DramChoice."""
    return _read(_DramChoices, DRAM_FILE).choices


def dram(name):
    """The DramChoice of this name.

    Raises
    ------
    EnergyError
        There is none.
    """
    choices = dram_choices()
    if name not in choices:
        raise EnergyError(f"unknown DRAM {name!r}: expected one of {', '.join(choices)}")
    return choices[name]


def published():
    """Tuple of PublishedResult."""
    return _read(_PublishedResults, PUBLISHED_FILE).results


def _with_fallback(content, path):
    """The content of a table with the table that it names as its fallback."""
    if not isinstance(content, dict) or "fallback" not in content:
        return content
    name = content["fallback"]
    # Only tables of this project, of which none falls back on itself.
    if name not in names():
        raise EnergyError(
            f"energy table {path}: fallback: unknown table {name!r}, expected one of {', '.join(names())}"
        )
    return content | {"fallback": load(name)}


def _read(model, path, complete=lambda content, path: content):
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise EnergyError(f"cannot read energy table {path}: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise EnergyError(f"energy table {path} is not YAML: {' '.join(str(error).split())}") from None
    try:
        return model.model_validate(complete(content, path))
    except ValidationError as error:
        problems = "; ".join(_problem(content, problem) for problem in error.errors())
        raise EnergyError(f"energy table {path}: {problems}") from None


def _problem(content, problem):
    place = problem["loc"]
    message = problem["msg"].removeprefix("Value error, ")
    if len(place) >= 2 and place[0] == "entries":
        entry = content["entries"][place[1]]
        action = entry.get("action", "without action") if isinstance(entry, dict) else repr(entry)
        field = "".join(f".{part}" for part in place[2:])
        return f"entry {place[1] + 1} ({action}){field}: {message}"
    return f"{'.'.join(map(str, place)) or 'table'}: {message}"
