import json

import pytest
from click.testing import CliRunner

from firstspike.verify.__main__ import main
from firstspike.verify.branches import branches_campaign as document
from firstspike.verify.branches import branches_run as command

FILE = {"summary": {"num_statements": 10, "covered_lines": 9, "num_branches": 4, "covered_branches": 3}}
EMPTY = {"summary": {"num_statements": 0, "covered_lines": 0, "num_branches": 0, "covered_branches": 0}}
REPORT = {"files": {"golden/b.py": FILE, "golden/__init__.py": EMPTY, "golden/a.py": FILE, "hw/a.py": FILE}}


@pytest.fixture(autouse=True)
def work(tmp_path, monkeypatch):
    monkeypatch.setattr(command, "WORK", tmp_path / "work")


def test_figures_are_added_up_by_package():
    summary = command.summarise(REPORT, ["tests/golden"])
    assert summary["packages"]["golden"] == {
        "num_statements": 20,
        "covered_lines": 18,
        "num_branches": 8,
        "covered_branches": 6,
    }
    assert list(summary["files"]) == ["golden/a.py", "golden/b.py", "hw/a.py"] and summary["tests"] == ["tests/golden"]
    text = document.section(summary)
    assert text.startswith("## Branches of the Python packages\n")
    assert "| `golden` | 6 | 8 | 75.0% | 18 | 20 | 90.0% |" in text and "| `hw/a.py` | 3 | 4 | 75.0% |" in text


def test_the_branches_of_a_package_are_measured(tmp_path):
    output = tmp_path / "branches.json"
    outcome = CliRunner().invoke(
        main, ["branches", "tests/golden/test_files.py", "--package", "golden", "--output", str(output)]
    )
    assert outcome.exit_code == 0, outcome.output
    summary = json.loads(output.read_text())
    assert list(summary["packages"]) == ["golden"] and "golden: " in outcome.output
    met = summary["files"]["golden/files.py"]
    assert met["covered_lines"] == met["num_statements"] > 5


def test_a_process_that_a_test_starts_is_measured(tmp_path):
    (tmp_path / "test_process.py").write_text("""\
import subprocess, sys

def test_process():
    subprocess.run([sys.executable, "-c", "from golden.files import write_atomically"], check=True)
""")
    met = command.run([str(tmp_path / "test_process.py")], ["golden"])["files"]
    assert met["golden/files.py"]["covered_lines"] > 0 == met["golden/evaluators/fast.py"]["covered_lines"]


def test_a_failing_test_is_one_error(tmp_path):
    outcome = CliRunner().invoke(
        main,
        [
            "branches",
            str(tmp_path / "test_none.py"),
            "--package",
            "golden",
            "--output",
            str(tmp_path / "branches.json"),
        ],
    )
    assert outcome.exit_code == 1 and "`coverage run` failed; its output is in" in outcome.output
    assert not (tmp_path / "branches.json").exists()
