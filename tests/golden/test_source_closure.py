import pytest

from firstspike.golden import source_closure
from firstspike.golden.paths import ROOT


def names(*modules, **options):
    return {path.relative_to(source_closure.ROOT).as_posix() for path in source_closure.files(*modules, **options)}


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Function of {path: text}: makes a project of these files, in place of this one."""

    def make(files):
        for name, text in {"firstspike/__init__.py": "", **files}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        monkeypatch.setattr(source_closure, "ROOT", tmp_path)

    return make


def test_a_simulation_depends_on_comparison_golden_model_generator_and_test_bench():
    assert names("firstspike.sim.simulate") >= {
        "firstspike/__init__.py",
        "golden/__init__.py",
        "golden/evaluators/fast.py",
        "hw/processor.py",
        "hw/rtl/firstspike_sram.sv",
        "sim/__init__.py",
        "sim/bench.py",
        "sim/cocotb_test.py",
        "sim/compare.py",
        "sim/testbench/public.vlt",
        "sim/testbench/testbench.sv",
    }


def test_the_number_formats_depend_on_no_simulator():
    assert {name.partition("/")[0] for name in names("firstspike.golden.formats")} == {"firstspike", "golden"}


def test_data_lie_in_subfolders():
    assert "golden/energy/tables/cacti_28nm.yaml" in names("firstspike.golden.energy.tables")


def test_a_test_depends_on_its_imports_and_on_what_pytest_loads():
    found = names(extra=["tests/golden/test_cycle_model.py"])
    assert found >= {"tests/conftest.py", "tests/fixtures.py", "tests/hw/processor_bench.py", "hw/processor.py"}


def test_every_way_to_import_counts(project):
    project(
        {
            "a/__init__.py": "import firstspike.package_init",
            "a/b.py": "def later():\n from firstspike.c import d\nfrom firstspike.c.e import x\nNAMED = 'firstspike.f'",
            "c/__init__.py": "",
            "c/d.py": "import numpy",
            "c/e.py": "import firstspike.a.b",
            "f.py": "'firstspike.nowhere'",
            "package_init.py": "",
            "other.py": "",
        }
    )
    assert names("firstspike.a.b") == {
        "firstspike/__init__.py",
        "a/__init__.py",
        "a/b.py",
        "c/__init__.py",
        "c/d.py",
        "c/e.py",
        "f.py",
        "package_init.py",
    }


def test_what_is_left_out_is_not_followed(project):
    project({"a.py": "import firstspike.b.c", "b/c.py": "import firstspike.d", "d.py": ""})
    assert names("firstspike.a", without=["b"]) == {"firstspike/__init__.py", "a.py"}
    with pytest.raises(FileNotFoundError, match="missing"):
        source_closure.files("firstspike.a", without=["gone"])


@pytest.mark.parametrize("name", ["firstspike.golden.no_such_module", "golden.formats", ".formats", "numpy"])
def test_an_unknown_module_is_refused(name):
    with pytest.raises(ModuleNotFoundError, match=f"no module '{name}'"):
        source_closure.files(name)


@pytest.mark.parametrize("text", ["import firstspike.gone", "from firstspike.gone import a", "from . import b"])
def test_an_import_that_leads_nowhere_is_refused(project, text):
    project({"a.py": text, "b.py": ""})
    with pytest.raises(ModuleNotFoundError):
        source_closure.files("firstspike.a")


def test_the_order_is_the_same_whatever_the_order_of_names():
    modules = ("firstspike.golden.formats", "firstspike.sim.compare")
    assert source_closure.files(*modules) == source_closure.files(*modules[::-1])


def test_the_digest_changes_with_settings_files_and_folders(project, tmp_path):
    project({"a/x.py": "1", "b/x.py": "2"})
    modules = ["firstspike.a.x", "firstspike.b.x"]
    (tmp_path / "extra.txt").write_text("")
    found = [
        source_closure.digest(modules),
        source_closure.digest(modules[:1]),
        source_closure.digest(modules, [1]),
        source_closure.digest(modules, files=["extra.txt"]),
    ]
    # Same names and contents in the same order, in other folders.
    (tmp_path / "b").rename(tmp_path / "c")
    found.append(source_closure.digest(["firstspike.a.x", "firstspike.c.x"]))
    assert len(set(found)) == len(found)


def test_nothing_of_this_project_is_imported_relatively():
    """So that every module has a closure."""
    for package in ("golden", "hw", "quant", "sim", "flow", "report", "verify"):
        source_closure.files(extra=sorted((ROOT / package).rglob("*.py")))
