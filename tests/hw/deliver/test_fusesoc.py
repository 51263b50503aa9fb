import os
import subprocess
import sys

import pytest

from firstspike.golden.config import PRESETS
from firstspike.hw.deliver.deliver import deliver
from firstspike.sim.verilator import find


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    directory = tmp_path_factory.mktemp("tiny")
    deliver(PRESETS["tiny"], directory / "cores")
    return directory


def fusesoc(directory, target):
    """Output of one target of the core."""
    tool = find()
    environment = (
        os.environ
        | tool.environment
        | {
            "HOME": str(directory),
            "PATH": f"{tool.executable.parent}{os.pathsep}{os.environ['PATH']}",
            # FuseSoC calls make itself. Fast compilation: the simulation is short.
            "MAKEFLAGS": " ".join([*tool.make_arguments, "OPT_FAST=-O0", "OPT_GLOBAL=-O0"]),
        }
    )
    outcome = subprocess.run(
        [
            sys.executable,
            "-m",
            "fusesoc.main",
            "--cores-root",
            "cores",
            "run",
            f"--target={target}",
            "::firstspike-tiny",
        ],
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return outcome.stdout + outcome.stderr


def test_the_design_passes_the_target_lint(tiny):
    assert "%Warning" not in fusesoc(tiny, "lint")


def test_the_target_sim_runs_the_bench(tiny):
    assert "PASS: error BAD_MAGIC after" in fusesoc(tiny, "sim")


def test_the_target_lint_finds_a_mistake(tiny):
    top = tiny / "cores" / "firstspike.sv"
    text = top.read_text()
    top.write_text(text.replace("endmodule", "  assign res_tdata_of_nobody = 1'b1;\nendmodule"))
    try:
        with pytest.raises(AssertionError, match="res_tdata_of_nobody"):
            fusesoc(tiny, "lint")
    finally:
        top.write_text(text)
