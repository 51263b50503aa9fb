"""Which checks have run on which preset (presets.yaml)."""

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from sim.errors import SimulationError

FILE = Path(__file__).parent / "presets.yaml"
RESULT_SUFFIX = ".json"


class Check(BaseModel):
    """Something that is checked on presets; `presets` names by preset what shows it, tests or files of results."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    check: str
    presets: dict[str, tuple[str, ...]]


def load(path=FILE):
    """List of Check.

    Raises
    ------
    SimulationError
        The file is no list of checks.
    """
    try:
        return [Check.model_validate(entry) for entry in yaml.safe_load(path.read_text(encoding="utf-8"))]
    except (ValidationError, yaml.YAMLError, TypeError) as error:
        raise SimulationError(f"{path}: expected a list of checks: {error}") from None


def status(check, preset, results):
    """"yes", "not measured" (a file of results is missing) or "no" (nothing shows it for this preset).

    Parameters
    ----------
    check : Check
    preset : str
    results : set of str
        Names of the files of results that there are.
    """
    shown_by = check.presets.get(preset, ())
    if not shown_by:
        return "no"
    return "not measured" if any(name.endswith(RESULT_SUFFIX) and name not in results for name in shown_by) else "yes"
