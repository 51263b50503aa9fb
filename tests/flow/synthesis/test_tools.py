import pytest

from firstspike.flow.synthesis import tools
from firstspike.flow.synthesis.synthesis_errors import SynthesisError


@pytest.mark.parametrize("tool, package", [("sta", "opensta"), ("iverilog", "iverilog"), ("dot", "graphviz")])
def test_missing_tool_of_the_system_says_which_package_has_it(monkeypatch, tool, package):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SynthesisError, match=f"{tool} is missing: install it with `apt-get install {package}`"):
        tools.command(tool)


def test_missing_python_tool_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(tools.WHEELS, "yosys", ("no_such_package", "run"))
    with pytest.raises(SynthesisError, match=r"yosys is missing: install it with `pip install '.\[synth\]'`"):
        tools.command("yosys")
