import click
import pytest

from firstspike.golden.config import ConfigurationError
from firstspike.hw.command_line import errors_as_messages
from firstspike.hw.errors import ToolError


@pytest.mark.parametrize(
    "error, message",
    [
        (ConfigurationError("lanes: expected 8"), "lanes: expected 8"),
        (ToolError("no such cell"), "no such cell"),
        (PermissionError(13, "Permission denied", "report.json"), "cannot write report.json: Permission denied"),
        (OSError(28, "No space left on device"), "cannot write the output: No space left on device"),
    ],
)
def test_an_error_of_input_or_tools_becomes_one_message(error, message):
    with pytest.raises(click.ClickException) as caught, errors_as_messages():
        raise error
    assert caught.value.message == message


def test_an_error_of_the_program_keeps_its_traceback():
    with pytest.raises(KeyError), errors_as_messages():
        raise KeyError("lanes")
