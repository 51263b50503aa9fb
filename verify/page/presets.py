"""Which checks have run on which preset (presets.yaml)."""

from pathlib import Path

from firstspike.verify import yaml_entries

FILE = Path(__file__).parent / "presets.yaml"
RESULT_SUFFIX = ".json"


class Check(yaml_entries.Entry):
    """Something that is checked on presets; `presets` names by preset what shows it, tests or files of results."""

    check: str
    presets: dict[str, tuple[str, ...]]


load = yaml_entries.loader(FILE, Check, "checks")


def status(check: Check, preset: str, results: set[str]) -> str:
    """ "yes", "not measured" (a file is not among the `results`) or "no" (nothing shows it for this preset)."""
    shown_by = check.presets.get(preset, ())
    if not shown_by:
        return "no"
    return "not measured" if any(name.endswith(RESULT_SUFFIX) and name not in results for name in shown_by) else "yes"
