import pytest

from sim.mutation import golden_model, source
from sim.paths import ROOT

TEXT = '''"""A docstring with 1 number."""


def grows(x: "int" = 3):
    """Not 2 mutate."""
    if x < 4 and x:
        x += 1
    must(x == 1, f"a message about {x + 1}")
    if x == 9:
        raise ValueError(f"{x + 2}")
    note(x)
    return x << 2
'''


def changes(text):
    return {(mutant.line, mutant.before, mutant.after) for mutant in (
        source.mutant("a.py", text, site) for site in source.sites(text))}


def test_operators_constants_conditions_and_statements_are_changed():
    assert changes(TEXT) >= {
        (6, "x < 4", "x <= 4"), (6, "4", "5"), (6, "x < 4 and x", "x < 4 or x"), (6, "if x < 4 and x:", "if not (x < 4 and x):"),
        (7, "x += 1", "x -= 1"), (7, "x += 1", "x += 0"), (8, "x == 1", "x != 1"), (11, "note(x)", "None"),
        (12, "x << 2", "x >> 2"), (12, "2", "3"), (4, "3", "4")}


def test_what_only_people_read_stays():
    touched = {(line, before) for line, before, _ in changes(TEXT)}
    assert not {line for line, _ in touched} & {1, 5, 10} and (8, "x + 1") not in touched


def test_a_mutant_differs_in_one_place_and_is_python():
    original = source.ast.unparse(source.ast.parse(TEXT)).splitlines()
    for site in source.sites(TEXT):
        changed = source.mutant("a.py", TEXT, site).source
        compile(changed, "a.py", "exec")
        assert sum(one != other for one, other in zip(original, changed.splitlines(), strict=True)) == 1


def test_the_sample_is_even_over_the_modules_and_repeats():
    mutants = golden_model.sample(44, seed=5)
    assert len({mutant.name for mutant in mutants}) == 44
    assert {path: sum(mutant.path == path for mutant in mutants) for path in golden_model.MODULES} == dict.fromkeys(
        golden_model.MODULES, 4)
    assert golden_model.sample(44, seed=5) == mutants != golden_model.sample(44, seed=6)


@pytest.mark.parametrize("tests", [*set(golden_model.MODULES.values()), golden_model.SECOND_TIER])
def test_the_tests_that_must_notice_exist(tests):
    assert all((ROOT / test).is_file() for test in tests)


def test_a_changed_module_is_noticed_and_then_as_before(tmp_path, monkeypatch):
    monkeypatch.setattr(golden_model, "TREE", tmp_path)
    monkeypatch.setattr(golden_model, "ROOT", tmp_path / "original")
    for root in (tmp_path, tmp_path / "original"):
        root.mkdir(exist_ok=True)
        (root / "sizes.py").write_text("def double(x):\n    return x * 2\n")
    (tmp_path / "test_sizes.py").write_text(
        "from sizes import double\n\n\ndef test_double():\n    assert double(3) == 6\n")
    text = (tmp_path / "sizes.py").read_text()
    add, *_ = (source.mutant("sizes.py", text, site) for site in source.sites(text))
    assert add.after == "x + 2"
    assert golden_model.noticed(None, ["test_sizes.py"]) is None
    assert golden_model.noticed(add, ["test_sizes.py"]) == "test_sizes.py::test_double"
    assert (tmp_path / "sizes.py").read_text() == text
