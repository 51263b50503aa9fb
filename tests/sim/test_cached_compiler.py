"""The runtime is compiled once, and anew when anything that decides it changes."""

import os
import sys

import pytest

from firstspike.sim import cached_compiler


@pytest.fixture
def compiler(tmp_path, monkeypatch):
    """`g++` that notes each compilation (not the preprocessing) in the file `calls` and then works."""
    tools = tmp_path / "tools"
    tools.mkdir()
    tool = tools / "g++"
    real = cached_compiler.shutil.which("g++")
    tool.write_text(
        f'#!/bin/sh\ncase " $* " in *" -E "*) ;; *) echo "$@" >> {tmp_path}/calls ;; esac\nexec {real} "$@"\n'
    )
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tools), prepend=os.pathsep)
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return tool


@pytest.fixture
def runtime(tmp_path):
    """A source of the runtime and its header."""
    include = tmp_path / "include"
    include.mkdir()
    (include / "runtime.h").write_text("#define VALUE 1\n")
    source = include / "runtime.cpp"
    source.write_text('#include "runtime.h"\n#ifdef TRACED\nint traced;\n#endif\nint value() { return VALUE; }\n')
    return source


@pytest.fixture
def compile_(compiler, tmp_path):
    """Function of a source and flags: its object, and whether it was compiled."""

    def run(source, *flags, target="result.o"):
        before = calls(tmp_path)
        command = ["g++", *flags, "-I.", "-MMD", "-c", "-o", target, str(source)]
        assert cached_compiler.main(tmp_path / "objects", command) == 0
        return (tmp_path / "work" / target).read_bytes(), calls(tmp_path) > before

    return run


def calls(folder):
    notes = folder / "calls"
    return len(notes.read_text().splitlines()) if notes.exists() else 0


def test_the_same_source_is_compiled_once(compile_, runtime):
    first, compiled = compile_(runtime)
    again, recompiled = compile_(runtime, target="other.o")
    assert first == again
    assert (compiled, recompiled) == (True, False)


@pytest.mark.parametrize("change", ["source", "header", "flag", "macro", "compiler"])
def test_what_changes_the_object_compiles_it_anew(compile_, runtime, compiler, change):
    compile_(runtime)
    flags = {"flag": ("-O2",), "macro": ("-DTRACED",)}.get(change, ())
    if change == "source":
        runtime.write_text(runtime.read_text() + "int more;\n")
    if change == "header":
        runtime.with_name("runtime.h").write_text("#define VALUE 2\n")
    if change == "compiler":
        os.utime(compiler, ns=(1, 1))
    assert compile_(runtime, *flags)[1] is True


def test_the_folder_of_headers_does_not_matter(compile_, runtime, tmp_path):
    compile_(runtime)
    assert compile_(runtime, f"-I{tmp_path}")[1] is False


def test_the_code_of_a_model_is_compiled_every_time(compile_, runtime, tmp_path):
    (tmp_path / "work" / "Vtop.cpp").write_text("int model;\n")
    assert compile_("Vtop.cpp")[1] is True
    assert compile_("Vtop.cpp")[1] is True
    assert not (tmp_path / "objects").exists()


def test_a_source_that_the_compiler_refuses_leaves_nothing(compiler, runtime, tmp_path, capfd):
    runtime.write_text("int value( {\n")
    command = ["g++", "-c", "-o", "result.o", str(runtime)]
    assert cached_compiler.main(tmp_path / "objects", command) != 0
    assert "error" in capfd.readouterr().err
    assert not list((tmp_path / "objects").glob("*"))


def test_as_a_script_it_passes_the_status_on(compiler, runtime, tmp_path):
    script = [sys.executable, "-I", "-S", cached_compiler.__file__, str(tmp_path / "objects")]
    run = cached_compiler.subprocess.run
    assert run([*script, "g++", "-c", "-o", "result.o", str(runtime)]).returncode == 0
    assert run([*script, "g++", "-c", "-o", "result.o", "/no/such.cpp"], capture_output=True).returncode != 0
