"""What the commands about generated Verilog have in common."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from firstspike.golden.config import PRESETS, ConfigurationError
from firstspike.golden.network import NetworkError
from firstspike.hw.errors import ToolError

Command = TypeVar("Command", bound=Callable[..., Any])


def config_option(default: str | None) -> Callable[[Command], Command]:
    """click option `--config`: a preset or a JSON file."""
    return click.option(
        "--config",
        default=default,
        show_default=True,
        metavar="NAME|FILE",
        help=f"Preset ({', '.join(PRESETS)}) or JSON file.",
    )


@contextmanager
def errors_as_messages() -> Iterator[None]:
    """Ends the command with one message, without a traceback, where input or a tool is at fault.

    Raises
    ------
    click.ClickException
        In place of ConfigurationError, NetworkError, ToolError and OSError.
    """
    try:
        yield
    except (ConfigurationError, NetworkError, ToolError) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"cannot write {error.filename or 'the output'}: {error.strerror}") from None
