import json
from pathlib import Path

import pytest

from firstspike.golden.config import PRESETS, HardwareConfig
from firstspike.golden.errors import SimulationError
from firstspike.verify.page import presets, testplan
from firstspike.verify.page.presets import Check

ROOT = Path(__file__).parents[3]
EVIDENCE = ROOT / "docs" / "verification"


def test_a_check_is_done_only_if_all_that_shows_it_is_there():
    check = Check(
        check="it works", presets={"tiny": ("a.json", "tests/test_a.py::test_it"), "small": ("test_a.py::t",)}
    )
    assert presets.status(check, "tiny", {"a.json"}) == "yes"
    assert presets.status(check, "tiny", {"b.json"}) == "not measured"
    assert presets.status(check, "small", set()) == "yes"
    assert presets.status(check, "paper", {"a.json"}) == "no"


def test_presets_and_tests_of_the_checks_exist():
    checks = presets.load()
    assert {preset for check in checks for preset in check.presets} <= set(PRESETS)
    tests = {
        name
        for check in checks
        for names in check.presets.values()
        for name in names
        if not name.endswith(presets.RESULT_SUFFIX)
    }
    block = testplan.Block(block="all", files=(), holds=[testplan.Statement(what="all", tests=tuple(tests))])
    assert testplan.missing([block], ROOT, set()) == []


def test_the_campaign_ran_on_the_presets_that_it_shows_something_for():
    """Without a difference; otherwise it leaves no result."""
    shown = {preset for check in presets.load() for preset, names in check.presets.items() if "campaign.json" in names}
    result = json.loads((EVIDENCE / "campaign.json").read_text())
    measured = [HardwareConfig.from_dict(config) for config in result["configurations"]]
    assert shown and all(PRESETS[name] in measured for name in shown)


@pytest.mark.parametrize("text", ["", "- check: a", "- check: a\n  presets: {tiny: 1}\n"])
def test_what_is_no_list_of_checks_is_refused(tmp_path, text):
    path = tmp_path / "presets.yaml"
    path.write_text(text)
    with pytest.raises(SimulationError, match="expected a list of checks"):
        presets.load(path)
