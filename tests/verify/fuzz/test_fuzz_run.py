import json

import pytest
from click.testing import CliRunner

from firstspike.verify import campaign
from firstspike.verify.__main__ import main
from firstspike.verify.fuzz import damaged_files as files


@pytest.fixture
def folders(monkeypatch, tmp_path):
    monkeypatch.setattr(campaign, "EVIDENCE", tmp_path / "evidence")
    return tmp_path


def fuzz(network_files):
    return CliRunner().invoke(
        main,
        [
            *("fuzz", "--network-files", str(network_files)),
            *("--checkpoints", "0", "--pytorch-files", "0", "--modules", "0", "--streams", "0", "--record-bits", "0"),
        ],
        catch_exceptions=False,
    )


def test_an_interrupted_campaign_goes_on(folders, monkeypatch):
    assert fuzz(100).exit_code == 0
    seeds = []
    check = files.check_network_file
    monkeypatch.setattr(files, "check_network_file", lambda seed, *rest: seeds.append(seed) or check(seed, *rest))
    assert fuzz(124).exit_code == 0
    assert seeds == list(range(100, 124))
    found = json.loads((folders / "evidence" / "fuzz.json").read_text())["network_files"]
    assert found["cases"] == 124 and sum(sum(kinds.values()) for kinds in found["outcomes"].values()) == 124


def test_a_problem_is_shown_and_fails_the_command(folders, monkeypatch):
    monkeypatch.setattr(
        files,
        "check_network_file",
        lambda seed, *rest: {
            "kind": "truncated",
            "outcome": "failed",
            "problem": "KeyError: 'x'" if seed == 3 else None,
        },
    )
    outcome = fuzz(5)
    assert outcome.exit_code == 1
    assert "5 cases, 1 problems" in outcome.output and "seed 3 (truncated): KeyError: 'x'" in outcome.output
