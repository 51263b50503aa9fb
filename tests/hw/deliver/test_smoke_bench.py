import os
import subprocess

import pytest

from firstspike.flow.synthesis import tools
from firstspike.golden.config import PRESETS
from firstspike.golden.streams.records import ErrorCode
from firstspike.hw.deliver import smoke_bench
from firstspike.hw.deliver.deliver import deliver
from firstspike.sim.verilator import find

BENCH = f"bench/{smoke_bench.FILE}"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    directory = tmp_path_factory.mktemp("tiny")
    deliver(PRESETS["tiny"], directory)
    return directory


def with_icarus(directory, bench):
    """Standard output of the bench in Icarus Verilog."""
    compiled = bench.with_suffix(".vvp").name
    outcome = subprocess.run(
        [*tools.command("iverilog"), "-g2012", "-s", "firstspike_smoke", "-o", compiled, "-f", "firstspike.f", bench],
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr
    return subprocess.run(
        [*tools.command("vvp"), "-n", compiled], cwd=directory, capture_output=True, text=True, timeout=300, check=False
    ).stdout


@pytest.mark.iverilog
def test_the_processor_answers_in_icarus_verilog(tiny):
    assert "PASS: error BAD_MAGIC after" in with_icarus(tiny, tiny / BENCH)


@pytest.mark.iverilog
def test_other_ports_for_observation_do_not_matter(tmp_path):
    config = PRESETS["tiny"].model_copy(update={"trace": False, "weight_protection": "secded"})
    deliver(config, tmp_path)
    assert ".memory_corrected()" in (tmp_path / BENCH).read_text() and "trace" not in (tmp_path / BENCH).read_text()
    assert "PASS: error BAD_MAGIC after" in with_icarus(tmp_path, tmp_path / BENCH)


@pytest.mark.iverilog
def test_the_bench_fails_where_the_answer_is_another_one(tiny):
    text = (tiny / BENCH).read_text()
    other = tiny / "other.sv"
    other.write_text(text.replace(f"res_tdata != 32'd{int(ErrorCode.BAD_MAGIC)}", "res_tdata != 32'd77"))
    assert other.read_text() != text
    assert "FAIL: word 1 of the result stream is 00000001" in with_icarus(tiny, other)


def test_the_processor_answers_in_verilator_by_the_command_that_the_bench_names(tiny):
    tool = find()
    environment = os.environ | tool.environment | {"OPT_FAST": "-O0"}
    command = [tool.executable, "--binary", "--timing", "--top-module", "firstspike_smoke", "-F", "firstspike.f", BENCH]
    assert " ".join(["verilator", *command[1:]]) in (tiny / BENCH).read_text().replace("\n// ", " ")
    outcome = subprocess.run(
        [*command, "-MAKEFLAGS", " ".join(["OPT_FAST=-O0", *tool.make_arguments])],
        cwd=tiny,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr
    outcome = subprocess.run(
        [tiny / "obj_dir" / "Vfirstspike_smoke"], capture_output=True, text=True, timeout=300, check=False
    )
    assert "PASS: error BAD_MAGIC after" in outcome.stdout
