"""Which checks have run on which preset (presets.yaml)."""

from pathlib import Path

from firstspike.verify import yaml_entries

FILE = Path(__file__).parent / "presets.yaml"
RESULT_SUFFIX = ".json"


class Check(yaml_entries.Entry):
    """Something that is checked on presets; `presets` names by preset what shows it, tests or files of results."""

    check: str
    presets: dict[str, tuple[str, ...]]


def load(path=FILE):
    """List of Check.

    Raises
    ------
    SimulationError
        The file is no list of checks.
    """
    return yaml_entries.load(path, Check, "checks")


def status(check, preset, results):
    """ "yes", "not measured" (a file of results is missing) or "no" (nothing shows it for this preset).

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
