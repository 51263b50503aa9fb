import pytest

from firstspike.golden.paths import ROOT
from firstspike.verify.mutation import golden_model
from firstspike.verify.mutation import source_mutants as source


def test_the_sample_is_even_over_the_modules_and_repeats():
    count = 4 * len(golden_model.MODULES)
    mutants = golden_model.sample(count, seed=5)
    assert len({mutant.name for mutant in mutants}) == count
    assert {path: sum(mutant.path == path for mutant in mutants) for path in golden_model.MODULES} == dict.fromkeys(
        golden_model.MODULES, 4
    )
    assert golden_model.sample(count, seed=5) == mutants != golden_model.sample(count, seed=6)


@pytest.mark.parametrize("tests", [*set(golden_model.MODULES.values()), golden_model.SECOND_TIER])
def test_the_tests_that_must_notice_exist(tests):
    assert all((ROOT / test).is_file() for test in tests)


@pytest.fixture
def small_project(tmp_path, monkeypatch):
    """A project of one module, and its copy in which mutants are tried; function of the text of its only test."""
    monkeypatch.setattr(golden_model, "TREE", tmp_path)
    monkeypatch.setattr(golden_model, "ROOT", tmp_path / "original")
    for root in (tmp_path, tmp_path / "original"):
        root.mkdir(exist_ok=True)
        (root / "sizes.py").write_text("def double(x):\n    return x * 2\n")
    return (tmp_path / "test_sizes.py").write_text


def first_mutant():
    text = (golden_model.TREE / "sizes.py").read_text()
    return source.mutant("sizes.py", text, source.sites(text)[0])


def test_a_changed_module_is_noticed_and_then_as_before(small_project):
    small_project("from sizes import double\n\n\ndef test_double():\n    assert double(3) == 6\n")
    add = first_mutant()
    assert add.after == "x + 2"
    assert golden_model.noticed(None, ["test_sizes.py"]) is None
    assert golden_model.noticed(add, ["test_sizes.py"]) == "test_sizes.py::test_double"
    assert (golden_model.TREE / "sizes.py").read_text() == (golden_model.ROOT / "sizes.py").read_text()


def test_a_test_that_goes_on_and_on_is_ended(small_project, monkeypatch):
    monkeypatch.setattr(golden_model, "SECONDS", 2)
    small_project("from sizes import double\n\n\ndef test_double():\n    while double(3) != 6:\n        pass\n")
    assert golden_model.noticed(first_mutant(), ["test_sizes.py"]) == "no end"
