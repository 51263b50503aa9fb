from pathlib import Path

import pytest

from firstspike.golden.errors import SimulationError
from firstspike.verify.formal.proofs import ALL
from firstspike.verify.page import testplan

ROOT = Path(__file__).parents[3]


def test_every_test_proof_and_file_of_the_testplan_exists():
    assert testplan.missing(testplan.load(), ROOT, {proof.name for proof in ALL}) == []


def test_every_proof_is_in_the_testplan():
    named = {name for block in testplan.load() for statement in block.holds for name in statement.proofs}
    assert {proof.name for proof in ALL} - named == set()


def test_every_component_of_the_processor_is_in_the_testplan():
    files = {file for block in testplan.load() for file in block.files}
    components = {
        str(path.relative_to(ROOT)) for path in (ROOT / "hw").rglob("*.py") if "Component)" in path.read_text()
    }
    assert components - files == set()


def test_what_does_not_exist_is_named(tmp_path):
    (tmp_path / "test_a.py").write_text("class TestA:\n    def test_it(self):\n        pass\n")
    path = tmp_path / "testplan.yaml"
    path.write_text(
        "- block: a\n  files: [b.py]\n  holds:\n    - what: it works\n      proofs: [a.x]\n"
        "      tests: ['test_a.py::test_it', 'test_a.py::test_other', 'test_b.py::test_it']\n"
    )
    assert testplan.missing(testplan.load(path), tmp_path, set()) == [
        "a.x",
        "b.py",
        "test_a.py::test_other",
        "test_b.py::test_it",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a: 1",
        "- block: a\n  files: []\n  holds: []\n",
        "- block: a\n  files: []\n  holds: [{what: nothing shows it}]\n",
        "[: :",
    ],
)
def test_what_is_no_testplan_is_refused(tmp_path, text):
    path = tmp_path / "testplan.yaml"
    path.write_text(text)
    with pytest.raises(SimulationError, match="expected a list of blocks"):
        testplan.load(path)
