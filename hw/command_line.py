"""What the commands of `python -m hw` have in common."""

from contextlib import contextmanager

import click

from golden.config import PRESETS, ConfigurationError
from hw.synthesis.errors import SynthesisError


def config_option(default):
    """click option `--config`: a preset or a JSON file."""
    return click.option("--config", default=default, show_default=True, metavar="NAME|FILE",
                        help=f"Preset ({', '.join(PRESETS)}) or JSON file.")


@contextmanager
def errors_as_messages():
    """Ends the command with one message, without a traceback, where input or a tool is at fault.

    Raises
    ------
    click.ClickException
        In place of ConfigurationError, SynthesisError and OSError.
    """
    try:
        yield
    except (ConfigurationError, SynthesisError) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"cannot write {error.filename or 'the output'}: {error.strerror}") from None
