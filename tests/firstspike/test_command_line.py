import importlib
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from firstspike import command_line
from firstspike.command_line import COMMANDS, COMPLETION, main

ROOT = Path(__file__).parents[2]
WIDE = {"COLUMNS": "200"}


def python(*arguments, **environment):
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_answers_help(name):
    result = CliRunner().invoke(main, [name, "--help"], prog_name="firstspike")
    assert result.exit_code == 0, result.output
    assert result.output.startswith(f"Usage: firstspike {name} ")


def test_help_lists_every_command_and_the_completion():
    result = CliRunner().invoke(main, ["--help"], env=WIDE)
    assert result.exit_code == 0
    for name, (_, summary) in COMMANDS.items():
        assert f"  {name} " in result.output and summary in result.output
    assert COMPLETION in result.output
    assert COMPLETION in (ROOT / "README.md").read_text()


def test_an_unknown_command_is_one_error():
    result = CliRunner().invoke(main, ["simulate"])
    assert result.exit_code == 2 and "No such command 'simulate'" in result.output


def test_a_missing_package_is_named_with_the_way_to_get_it(monkeypatch):
    def missing(module):
        raise ModuleNotFoundError("no", name="cocotb_tools.runner")

    monkeypatch.setattr(command_line.importlib, "import_module", missing)
    result = CliRunner().invoke(main, ["sim"])
    assert result.exit_code == 1
    assert "`firstspike sim` needs the package cocotb_tools.runner" in result.output


@pytest.mark.parametrize(
    "words, found", [("si", ["sim"]), ("s", ["sim", "selftest", "synth", "schematic", "sweep"]), ("--v", ["--version"])]
)
def test_bash_completes_commands_and_options(words, found):
    listed = python(
        "-m", "firstspike", _FIRSTSPIKE_COMPLETE="bash_complete", COMP_WORDS=f"firstspike {words}", COMP_CWORD="1"
    )
    assert listed.split() == [f"plain,{name}" for name in found]


def test_bash_completes_options_of_a_command():
    listed = python(
        "-m", "firstspike", _FIRSTSPIKE_COMPLETE="bash_complete", COMP_WORDS="firstspike sim --mo", COMP_CWORD="2"
    )
    assert listed.split() == ["plain,--model"]


def test_help_and_import_load_none_of_the_packages():
    loaded = python("-c", "import sys, firstspike.command_line; print('numpy' in sys.modules, 'cocotb' in sys.modules)")
    assert loaded.split() == ["False", "False"]


def test_the_commands_are_click_commands():
    for target, _ in COMMANDS.values():
        module, attribute = target.split(":")
        assert isinstance(getattr(importlib.import_module(module), attribute), click.Command)
