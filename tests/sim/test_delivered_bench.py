"""The delivered bench runs a real network in the simulators that docs/integration.md names, and can fail."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from firstspike.golden.config import PRESETS
from firstspike.golden.errors import SimulationError
from firstspike.hw.deliver.deliver import deliver
from firstspike.quant import models
from firstspike.sim import delivered_bench, verilator

DEBIAN_VERILATOR = Path("/usr/bin/verilator")
COCOTB = """
import sys
from pathlib import Path
from cocotb_tools import runner
from firstspike.sim import verilator

directory, simulator = Path(sys.argv[1]), sys.argv[2]
sys.path[:0] = [str(directory / "bench"), str(directory)]
sources = [directory / name for name in (directory / "firstspike.f").read_text().split()]
if simulator == "verilator":
    ports = directory / "public.vlt"
    ports.write_text('`verilator_config\\npublic_flat_rw -module "firstspike" -var "*"\\n')
    tool, sources, arguments = verilator.Runner(False), [ports, *sources], ["--timing"]
else:
    tool, arguments = runner.get_runner("icarus"), ["-g2012"]
build = directory / f"cocotb_{simulator}"
tool.build(sources=sources, hdl_toplevel="firstspike", build_dir=build, build_args=arguments, timescale=("1ns", "1ns"))
results = tool.test(test_module="test_firstspike", hdl_toplevel="firstspike", build_dir=build, test_dir=build)
tests, failed = runner.get_results(results)
sys.exit(f"{failed} of {tests} tests failed" if failed or tests != 3 else 0)
"""


@pytest.fixture(scope="module")
def delivered(tmp_path_factory):
    directory = tmp_path_factory.mktemp("delivered")
    deliver(PRESETS["tiny"], directory, network_file=models.load("digits", "tiny"))
    return directory


@pytest.fixture
def copy(delivered, tmp_path):
    shutil.copytree(delivered, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture(scope="module")
def built(delivered, tmp_path_factory):
    """What was delivered, with the bench compiled by Verilator; the streams are read when it runs."""
    directory = tmp_path_factory.mktemp("built")
    shutil.copytree(delivered, directory, dirs_exist_ok=True)
    delivered_bench.build_verilator(directory)
    return directory


@pytest.mark.iverilog
@pytest.mark.parametrize("options", [(), ("+pause=77", "+reset=9000")], ids=["steady", "pauses and a reset"])
def test_icarus_verilog_gets_the_expected_result_and_nothing_unknown(copy, options):
    delivered_bench.build_icarus(copy)
    outcome = delivered_bench.run_icarus(copy, options)
    assert outcome.passed, outcome.text


@pytest.mark.parametrize("options", [(), ("+pause=77", "+reset=9000")], ids=["steady", "pauses and a reset"])
def test_verilator_gets_the_expected_result(built, options):
    outcome = delivered_bench.run_verilator(built, options)
    assert outcome.passed, outcome.text


@pytest.mark.verilator
def test_the_verilator_of_the_oldest_distribution_gets_the_expected_result_without_warnings(copy):
    delivered_bench.build_verilator(copy, DEBIAN_VERILATOR)
    outcome = delivered_bench.run_verilator(copy)
    assert outcome.passed, outcome.text


@pytest.mark.parametrize("change", ["potential", "counter", "cycles"])
def test_another_expected_word_fails(built, tmp_path, change):
    copy = shutil.copytree(built, tmp_path / "copy")
    expected = copy / "bench" / "expected.hex"
    words = expected.read_text().split()
    place = {"potential": 3, "counter": 10 + 5, "cycles": len(words) - 1}[change]
    words[place] = f"{int(words[place], 16) ^ 1:08x}"
    expected.write_text("\n".join(words) + "\n")
    outcome = delivered_bench.run_verilator(copy)
    assert not outcome.passed and outcome.text.startswith("FAIL")


@pytest.mark.iverilog
@pytest.mark.parametrize(
    "old, new",
    [
        (".s_axis_img_tready(img_tready)", ".s_axis_img_tready()"),
        (".m_axis_res_tdata(res_tdata)", ".m_axis_res_tdata(res_tdata[30:0])"),
    ],
    ids=["a ready", "data"],
)
def test_an_unknown_value_fails(copy, old, new):
    bench = copy / delivered_bench.BENCH
    text = bench.read_text()
    assert old in text
    bench.write_text(text.replace(old, new))
    delivered_bench.build_icarus(copy)
    outcome = delivered_bench.run_icarus(copy)
    assert not outcome.passed and outcome.text.startswith("FAIL")


def test_a_missing_bench_is_one_clear_error(tmp_path):
    with pytest.raises(SimulationError, match="firstspike_bench.sv is missing: `firstspike verilog --network FILE`"):
        delivered_bench.build_verilator(tmp_path)


@pytest.mark.parametrize("simulator", ["verilator", pytest.param("icarus", marks=pytest.mark.iverilog)])
def test_the_streams_of_cocotbext_axi_get_the_expected_result(copy, simulator):
    environment = {name: value for name, value in os.environ.items() if name not in verilator.INHERITED}
    outcome = subprocess.run(
        [sys.executable, "-c", COCOTB, copy, simulator], env=environment, capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 0, outcome.stdout[-3000:] + outcome.stderr[-3000:]
