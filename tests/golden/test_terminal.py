import io

import click
import pytest
from rich.console import Console

from firstspike.golden import terminal


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
