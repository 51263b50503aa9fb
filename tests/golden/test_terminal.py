import ast
import io
from pathlib import Path

import click
import pytest
from rich.console import Console
from rich.progress import Progress, TextColumn

from firstspike.golden import terminal

ROOT = Path(__file__).parents[2]
PACKAGES = ("firstspike", "flow", "golden", "hw", "quant", "report", "sim", "verify")
TEXTS = ("o[/]/x.firstspike", "[bold]loud[/bold]", "[red", ":smile:", "[link=x]y[/]", "a [b] c", "100 %")


def test_a_table_has_its_cells_and_numbers_to_the_right():
    made = terminal.table("title", ("layer", "cycles"), [("conv1", "1,234"), ("fc", "5")], plain=True)
    console = Console(file=io.StringIO(), width=60)
    console.print(made)
    lines = [line.rstrip() for line in console.file.getvalue().splitlines()]
    assert lines[1:] == ["layer cycles", "conv1  1,234", "fc         5"]
    with pytest.raises(ValueError):
        terminal.table("title", ("layer", "cycles"), [], "l")


@pytest.mark.parametrize(
    "error, text", [(KeyError("it"), "'it'"), (OSError(2, "No such file", "a.txt"), "a.txt: No such file")]
)
def test_an_error_is_one_message(error, text):
    with pytest.raises(click.ClickException, match=text), terminal.errors_as_messages(KeyError):
        raise error


def test_other_errors_keep_their_traceback():
    with pytest.raises(ValueError), terminal.errors_as_messages(KeyError):
        raise ValueError


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_is_markup(text):
    console = terminal.PlainConsole(file=io.StringIO(), width=60)
    console.print(text)
    console.print(terminal.marked("WORD", "red", f": {text}"))
    console.print(terminal.table(text, (text, "n"), [(text, "1")], plain=True))
    lines = [line.strip() for line in console.file.getvalue().splitlines()]
    assert lines[:2] == [text, f"WORD: {text}"] and lines[2] == text
    assert [line.split("  ")[0].removesuffix(" n").removesuffix(" 1").rstrip() for line in lines[3:]] == [text, text]


@pytest.mark.parametrize("text", TEXTS)
def test_a_spinner_and_a_progress_bar_show_the_text_as_it_is(text):
    console = terminal.PlainConsole(file=io.StringIO(), width=60, force_terminal=True, color_system=None)
    with console.status(text):
        pass
    with Progress(TextColumn("{task.description}", markup=False), console=console) as progress:
        progress.add_task(text)
    assert console.file.getvalue().count(text) >= 2


def _calls(tree, name):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", None)) == name:
            yield node


def test_every_command_prints_through_a_console_without_markup():
    """Of the kind of `firstspike export -o 'o[/]/x.firstspike'`, which wrote the file and then ended in a traceback."""
    wrong = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            if path != ROOT / "golden" / "terminal.py":
                wrong += [f"{path}:{call.lineno} makes a console of its own" for call in _calls(tree, "Console")]
            for name in ("from_markup", "render_str"):
                wrong += [f"{path}:{call.lineno} {name}" for call in _calls(tree, name)]
            for call in _calls(tree, "TextColumn"):
                formatted = ast.unparse(call.args[0])
                plain = any(keyword.arg == "markup" and keyword.value.value is False for keyword in call.keywords)
                if "description" in formatted and not plain:
                    wrong.append(f"{path}:{call.lineno} a column whose description is markup")
    assert wrong == []
