"""YAML files that people write: a list of entries of one kind."""

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from firstspike.golden.errors import SimulationError


class Entry(BaseModel):
    """One entry; a field that it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def load(path, kind, plural):
    """All entries of a file, in order.

    Parameters
    ----------
    path : Path
    kind : subclass of Entry
    plural : str
        What the entries are called in an error.

    Raises
    ------
    SimulationError
        The file is no list of such entries.
    """
    try:
        return [kind.model_validate(entry) for entry in yaml.safe_load(path.read_text(encoding="utf-8"))]
    except (ValidationError, yaml.YAMLError, TypeError) as error:
        raise SimulationError(f"{path}: expected a list of {plural}: {error}") from None


def loader(path, kind, plural):
    """The function `load` of a module whose entries are in the file `path`; it takes another path, too."""
    return lambda path=path: load(path, kind, plural)
