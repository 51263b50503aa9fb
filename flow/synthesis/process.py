"""Tools as child processes, with the time and memory that they took."""

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from firstspike.flow.synthesis.synthesis_errors import SynthesisError

LOG_LINES = 5


@dataclass(frozen=True)
class Usage:
    """What a tool took.

    Attributes
    ----------
    tool : str
    seconds : float
        Wall time.
    memory_mb : float
        Largest resident set, in 10^6 bytes.
    """

    tool: str
    seconds: float
    memory_mb: float


def run(tool, command, directory, output, log=None, environment=None):
    """Run `command` in `directory`; stdout and stderr go to the file `output` there.

    `log` is the file in which the tool says what went wrong, if it is another one; `environment` is that of this process
    by default.

    Returns
    -------
    Usage

    Raises
    ------
    SynthesisError
        The command ends with another code than 0; with the errors that its log names.
    """
    log = Path(directory) / (log or output)
    started = time.monotonic()
    with open(Path(directory) / output, "wb") as file:
        process = subprocess.Popen(
            command, cwd=directory, env=environment, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT
        )
        try:
            _, status, resources = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SynthesisError(f"{tool} failed (log: {log}):\n{errors(log)}")
    return Usage(tool, time.monotonic() - started, resources.ru_maxrss * 1024 / 1e6)


def errors(log):
    """The lines of a log that name an error, or its last ones."""
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()] if log.exists() else []
    named = [line for line in lines if "ERROR" in line or line.startswith("Error")]
    return "\n".join((named or lines)[-LOG_LINES:])
