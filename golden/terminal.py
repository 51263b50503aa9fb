"""What commands print: text as it is, tables, and errors as one message.

Names of networks, classes and files come from users and from files. A console of this module prints `[bold]` as these six
characters; what is to be coloured is rich's `Text` (`marked`).
"""

from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console, RenderableType
from rich.status import Status
from rich.table import Table
from rich.text import Text


class PlainConsole(Console):
    """A console on which no string is markup."""

    def __init__(self, **options: Any) -> None:
        super().__init__(markup=False, emoji=False, highlight=False, **options)

    def status(self, status: RenderableType, **options: Any) -> Status:
        # The spinner takes a string for markup, whatever the console says.
        return super().status(Text(status) if isinstance(status, str) else status, **options)


def console(*, soft_wrap: bool = False) -> Console:
    """The console of a command; with `soft_wrap`, lines are as long as what is printed."""
    return PlainConsole(soft_wrap=soft_wrap)


def marked(word: str, style: str, rest: object = "") -> Text:
    """`word` in a style, followed by `rest` as it is."""
    return Text.assemble((word, style), str(rest))


def table(title, header, rows, align="", *, plain=False):
    """A rich Table.

    Parameters
    ----------
    title : str
    header : sequence of str
    rows : iterable of sequences of str or rich.text.Text
    align : str
        "l" (left) or "r" (right) for each column; by default "r" for all but the first.
    plain : bool
        Without lines, as narrow as can be.
    """
    made = Table(title=title, **({"box": None, "padding": (0, 1, 0, 0), "pad_edge": False} if plain else {}))
    for name, letter in zip(header, align or "l" + "r" * (len(header) - 1), strict=True):
        made.add_column(name, justify={"l": "left", "r": "right"}[letter], no_wrap=plain or not made.columns)
    for row in rows:
        made.add_row(*row)
    return made


@contextmanager
def errors_as_messages(*errors):
    """Ends a command with the message of an error, without a traceback.

    Raises
    ------
    click.ClickException
        In place of the `errors` (subclasses of Exception), of OSError, and where the package of an extra is missing.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise missing_package("the command", error) from None
    except errors as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from None


def missing_package(what, error):
    """The error that says which package `what` (str) needs; a module of this project that is missing stays what it is."""
    if error.name is None or error.name.partition(".")[0] == "firstspike":
        return error
    return click.ClickException(
        f"{what} needs the package {error.name}, which comes with one of the extras: "
        "pip install 'firstspike[sim,report,synth,formal,train]'"
    )
