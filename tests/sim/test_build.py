import pytest

from firstspike.golden.errors import SimulationError
from firstspike.sim import build
from tests.fixtures import SCRIPTED


def test_the_same_sources_are_built_once(scripted, scripted_config):
    executable = scripted.directory / build.TOP
    built = executable.stat().st_mtime_ns
    assert build.build(scripted_config, [SCRIPTED]) == scripted
    assert executable.stat().st_mtime_ns == built


def test_a_build_keeps_its_sources_and_nothing_else(scripted):
    assert sorted(path.name for path in scripted.directory.iterdir()) == [
        "build.log",
        build.SECONDS,
        build.TOP,
        "verilog",
    ]
    assert (scripted.directory / "verilog" / SCRIPTED.name).read_text() == SCRIPTED.read_text()


def test_another_configuration_source_or_purpose_is_another_build(scripted_config, tmp_path, monkeypatch):
    monkeypatch.setattr(build, "BUILD", tmp_path)
    monkeypatch.setattr(build, "_compile", lambda work, *_: None)
    other = tmp_path / "scripted_firstspike.sv"
    other.write_text(SCRIPTED.read_text() + "\n")
    wider = scripted_config.model_copy(update={"network_bits": 64})
    blind = scripted_config.model_copy(update={"trace": False})
    builds = [
        build.build(config, [source]).directory
        for config, source in (
            (scripted_config, SCRIPTED),
            (scripted_config, other),
            (wider, SCRIPTED),
            (blind, SCRIPTED),
        )
    ]
    builds.append(build.build(scripted_config, [SCRIPTED], short_runs=True).directory)
    assert len(set(builds)) == 5


def test_verilog_that_is_none_is_refused_with_the_place(scripted_config, tmp_path, monkeypatch):
    monkeypatch.setattr(build, "BUILD", tmp_path / "build")
    wrong = tmp_path / "wrong.sv"
    wrong.write_text("module firstspike(; endmodule\n")
    with pytest.raises(SimulationError, match=r"(?s)Verilator could not build the simulation.*wrong.sv:1"):
        build.build(scripted_config, [wrong])
    assert not any(path.name == build.TOP for path in tmp_path.rglob("*"))


def test_missing_headers_for_waves_are_named_with_their_package(scripted_config, monkeypatch):
    monkeypatch.setattr(build, "WAVE_HEADERS", {"stdio.h": "libc6-dev", "no_such_header.h": "no-such-dev"})
    with pytest.raises(SimulationError, match=r"needs the header no_such_header.h \(Debian package no-such-dev\)$"):
        build.build(scripted_config, [SCRIPTED], waves=True)


def test_a_compilation_is_announced_with_the_time_of_the_last_one(scripted_config, scripted, tmp_path, monkeypatch):
    announced = []
    assert build.build(scripted_config, [SCRIPTED], on_compile=announced.append) == scripted
    assert announced == []  # it was there
    seconds = float((scripted.directory / build.SECONDS).read_text())
    assert 1 < seconds < 600
    monkeypatch.setattr(build, "_compile", lambda *_: None)
    monkeypatch.setattr(build, "BUILD", tmp_path)
    build.build(scripted_config, [SCRIPTED], on_compile=announced.append)
    (made,) = tmp_path.glob(f"sim/*/{build.SECONDS}")
    made.write_text("83.6\n")
    build.build(scripted_config, [SCRIPTED], on_compile=announced.append, defines={"OTHER": 1})
    assert announced == [None, 83.6]
