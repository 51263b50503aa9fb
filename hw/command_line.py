"""What the commands about generated Verilog have in common."""

from contextlib import contextmanager

import click

from firstspike.golden.config import PRESETS, ConfigurationError
from firstspike.hw.errors import ToolError


def config_option(default):
    """click option `--config`: a preset or a JSON file."""
    return click.option(
        "--config",
        default=default,
        show_default=True,
        metavar="NAME|FILE",
        help=f"Preset ({', '.join(PRESETS)}) or JSON file.",
    )


@contextmanager
def errors_as_messages():
    """Ends the command with one message, without a traceback, where input or a tool is at fault.

    Raises
    ------
    click.ClickException
        In place of ConfigurationError, ToolError and OSError.
    """
    try:
        yield
    except (ConfigurationError, ToolError) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"cannot write {error.filename or 'the output'}: {error.strerror}") from None
