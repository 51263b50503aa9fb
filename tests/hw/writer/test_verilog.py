import os
import re
import shutil
import subprocess
import sys

import numpy as np
import pytest
from amaranth.back import verilog
from click.testing import CliRunner

from firstspike.golden.config import PRESETS, HardwareConfig
from firstspike.golden.random_networks import random_configuration
from firstspike.hw.__main__ import main
from firstspike.hw.memory.sram import VerilogPlatform
from firstspike.hw.processor import Processor
from firstspike.hw.writer.inline import is_anonymous
from firstspike.hw.writer.rtlil import NetlistError
from firstspike.hw.writer.verilog import CONFIGURATION, FILE_LIST, HAND_WRITTEN, SRAM, WAIVERS, generate, write
from firstspike.sim.verilator import INHERITED, find, object_cache
from tests.hw.verilog_example import Example, WithMemory


@pytest.fixture(scope="module")
def example():
    return generate(Example(), "Made for a test.")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    directory = tmp_path_factory.mktemp("tiny")
    write(PRESETS["tiny"], directory)
    return directory


def lint(*arguments):
    verilator = find()
    return subprocess.run(
        [verilator.executable, "--lint-only", "-sv", "--top-module", "firstspike", *arguments],
        env=os.environ | verilator.environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_identical_children_become_one_module(example):
    assert list(example) == [
        "firstspike_group_queue",
        "firstspike_neuron_2",
        "firstspike_neuron",
        "firstspike_group",
        "firstspike_queue",
        "firstspike",
    ]
    assert "// Instances in the design: 4.\n" in example["firstspike_neuron"]
    assert "// Instances in the design: 2.\n" in example["firstspike_neuron_2"]
    assert len(re.findall(r"^  firstspike_group group_[01] \($", example["firstspike"], re.M)) == 2


def test_modules_have_the_ports_of_their_components(example):
    # Amaranth merges `time` and `negative`, neighbours in one register, into one port.
    assert (
        "module firstspike_neuron (\n"
        "  input wire clk,\n"
        "  input wire [3:0] time_1,\n"
        "  input wire negative,\n"
        "  output wire [7:0] product\n"
        ");\n"
    ) in example["firstspike_neuron"]
    assert (
        "module firstspike (\n"
        "  input wire clk,\n"
        "  input wire rst,\n"
        "  input wire [4:0] events_payload,\n"
        "  input wire events_valid,\n"
        "  output wire events_ready,\n"
        "  output wire [19:0] sums,\n"
        "  output wire [3:0] last\n"
        ");\n"
    ) in example["firstspike"]


def test_header_tells_module_summary_origin_and_conventions(example):
    assert example["firstspike_neuron"].startswith(
        "// firstspike_neuron: Remembers products.\n//\n// Made for a test.\n// Instances in the design: 4.\n"
        "// Everything happens at the rising edge of clk; rst is synchronous and active high.\n\n"
        "`timescale 1ns/1ns\nmodule "
    )
    assert "// phase_state: 0 EMPTY, 1 FULL.\n" in example["firstspike_group"]


def test_no_escaped_names_attributes_or_dumps(example):
    for text in example.values():
        assert "\\" not in text
        assert "$auto" not in text
        assert "(*" not in text
        assert "dump" not in text
        assert "always @(" not in text.replace("always @(posedge clk)", "") and "always_comb" not in text


EQUIVALENCE_BENCH = """
module bench;
  reg clk = 0, rst = 1;
  reg [4:0] events_payload = 0;
  reg events_valid = 0;
  wire ready, gold_ready;
  wire [19:0] sums, gold_sums;
  wire [3:0] last, gold_last;
  firstspike made (.clk, .rst, .events_payload, .events_valid, .events_ready(ready), .sums, .last);
  gold gold (.clk, .rst, .events__payload(events_payload), .events__valid(events_valid),
             .events__ready(gold_ready), .sums(gold_sums), .last(gold_last));
  initial repeat (20000) begin
    #1 clk = 0;
    rst = $urandom_range(99) == 0;
    events_payload = 5'($urandom);
    events_valid = 1'($urandom);
    #1 if ({ready, sums, last} != {gold_ready, gold_sums, gold_last}) $fatal(1, "different");
    clk = 1;
  end
endmodule
"""


def compare_with_amaranth(directory, texts):
    """Simulates Amaranth's own Verilog and ours side by side with random inputs and resets."""
    (directory / "bench.sv").write_text(EQUIVALENCE_BENCH)
    (directory / "gold.v").write_text(verilog.convert(Example(), name="gold", platform=VerilogPlatform()))
    for name, text in texts.items():
        (directory / f"{name}.sv").write_text(text)
    verilator = find()
    environment = {name: value for name, value in os.environ.items() if name not in INHERITED} | verilator.environment
    subprocess.run(
        [
            verilator.executable,
            "--cc",
            "--exe",
            "--main",
            "--timing",
            "-Wno-lint",
            "--x-initial",
            "0",
            "--top-module",
            "bench",
            "-Mdir",
            directory,
            HAND_WRITTEN / SRAM,
            *directory.glob("*.*v"),
        ],
        check=True,
        env=environment,
        capture_output=True,
    )
    subprocess.run(
        ["make", "-C", directory, "-f", "Vbench.mk", *verilator.make_arguments, *object_cache()],
        check=True,
        env=environment,
        capture_output=True,
    )
    return subprocess.run([directory / "Vbench"], capture_output=True, text=True, check=False)


def test_generated_verilog_behaves_as_the_one_of_amaranth(example, tmp_path):
    outcome = compare_with_amaranth(tmp_path, example)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_comparison_with_amaranth_finds_a_wrong_connection(example, tmp_path):
    wrong = example["firstspike_group"].replace(".negative(event_1[4])", ".negative(event_1[3])")
    assert wrong != example["firstspike_group"]
    outcome = compare_with_amaranth(tmp_path, example | {"firstspike_group": wrong})
    assert outcome.returncode != 0
    assert "different" in outcome.stdout + outcome.stderr


def test_memory_outside_of_the_wrapper_is_an_error():
    with pytest.raises(NetlistError, match="firstspike has a memory outside of hw.memory.sram.Sram: table"):
        generate(WithMemory())


CUT_SHIFT, WIDE_INDEX = 1, 6
"""Seeds of configurations: a cluster of 6 slices, whose selection is no part-select; an index narrower than needed."""


@pytest.mark.parametrize("config", [*PRESETS, CUT_SHIFT, WIDE_INDEX])
def test_verilator_accepts_the_processor_without_warning(tmp_path, config):
    random = isinstance(config, int) and random_configuration(np.random.default_rng(config), f"random{config}")
    write(random or PRESETS[config], tmp_path)
    for arguments in (["-Wall", tmp_path / WAIVERS], []):
        outcome = lint(*arguments, "-F", tmp_path / FILE_LIST)
        assert (outcome.returncode, "%Warning" in outcome.stderr) == (0, False), outcome.stderr


OLD_TOOLS = {
    "verilator": "verilator --lint-only -Wall --top-module firstspike firstspike.vlt -F firstspike.f",
    "yosys": "yosys -q -e . -p 'read_verilog -sv FILES; hierarchy -check -top firstspike; proc; check -assert'",
    "iverilog": "iverilog -g2012 -Wall -t null -s firstspike -f firstspike.f",
}


@pytest.mark.parametrize("tool", [pytest.param(tool, marks=getattr(pytest.mark, tool)) for tool in OLD_TOOLS])
def test_the_tools_of_the_oldest_distribution_read_it_without_warning(tiny, tool):
    command = OLD_TOOLS[tool].replace("FILES", (tiny / FILE_LIST).read_text().replace("\n", " "))
    outcome = subprocess.run(f"/usr/bin/{command}", shell=True, cwd=tiny, capture_output=True, text=True, check=False)
    messages = [line for line in (outcome.stdout + outcome.stderr).splitlines() if "Unable to get version" not in line]
    assert (outcome.returncode, messages) == (0, [])


def test_waivers_are_needed_and_have_reasons(tiny):
    waivers = re.findall(r"^lint_off -rule (\w+) .*// \w.*$", (tiny / WAIVERS).read_text(), re.M)
    assert len(waivers) == (tiny / WAIVERS).read_text().count("lint_off")
    warnings = set(re.findall(r"^%Warning-(\w+):", lint("-Wall", "-F", tiny / FILE_LIST).stderr, re.M))
    assert warnings == set(waivers)


def test_registers_are_reset_and_every_module_has_the_time_scale(tiny):
    for path in tiny.glob("firstspike*.sv"):
        text = path.read_text()
        assert text.count("`timescale 1ns/1ns\n") == 1
        assert "always_" not in text
        if path.name != SRAM:
            assert not re.search(r"^  (?:output )?reg .* = ", text, re.M)
            clocked = re.findall(
                r"^  always @\(posedge clk\).*?(?=^  (?:always|assign|wire|\w+ \w+ \()|^endmodule)", text, re.M | re.S
            )
            assert all("    if (rst) begin\n" in process for process in clocked if "<=" in process)


def test_observation_port_and_counters_disappear_when_disabled(tmp_path):
    config = PRESETS["tiny"].model_copy(update={"trace": False, "counters": False})
    texts = {path.stem: path.read_text() for path in write(config, tmp_path) if path.suffix == ".sv"}
    assert "trace_" not in texts["firstspike"]
    assert not any("counter" in name for name in texts)
    outcome = lint("-Wall", tmp_path / WAIVERS, "-F", tmp_path / FILE_LIST)
    assert (outcome.returncode, "%Warning" in outcome.stderr) == (0, False), outcome.stderr


def test_every_pe_of_a_preset_is_one_module():
    names = {name: text for name, text in generate(Processor(PRESETS["small"])).items() if "firstspike_pe" in name}
    assert list(names) == ["firstspike_pe"]
    assert "// Instances in the design: 16.\n" in names["firstspike_pe"]


def test_equal_configurations_give_equal_bytes(tiny, tmp_path):
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-m", "firstspike", "verilog", "--config", "tiny", "-o", tmp_path / seed],
            check=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
            stdout=subprocess.DEVNULL,
        )
        written = {path.name: path.read_bytes() for path in (tmp_path / seed).iterdir() if path.is_file()}
        assert written.items() >= {path.name: path.read_bytes() for path in tiny.iterdir()}.items()


def test_configuration_is_written_beside_the_verilog(tiny):
    assert HardwareConfig.load(str(tiny / CONFIGURATION)) == PRESETS["tiny"]


def test_file_list_names_every_module_sub_modules_first(tiny):
    names = (tiny / FILE_LIST).read_text().split()
    assert sorted(names) == sorted(path.name for path in tiny.glob("*.sv"))
    assert names[0] == SRAM
    assert names[-1] == "firstspike.sv"


def test_modules_of_an_earlier_configuration_are_removed_and_other_files_kept(tiny, tmp_path):
    shutil.copytree(tiny, tmp_path, dirs_exist_ok=True)
    (tmp_path / "mine.sv").write_text("module mine; endmodule\n")
    stale = next(path for path in tmp_path.glob("firstspike_*.sv") if path.name != SRAM)
    stale.rename(tmp_path / "firstspike_of_the_past.sv")
    (tmp_path / FILE_LIST).write_text((tmp_path / FILE_LIST).read_text() + "firstspike_of_the_past.sv\n")
    paths = write(PRESETS["tiny"], tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([*paths, tmp_path / "mine.sv"])


def test_unchanged_files_keep_their_time(tiny, tmp_path):
    shutil.copytree(tiny, tmp_path, dirs_exist_ok=True)
    for path in tmp_path.iterdir():
        os.utime(path, (1, 1))
    paths = write(PRESETS["tiny"], tmp_path)
    assert {path.stat().st_mtime for path in paths} == {1}


def test_command_line_reports_what_it_wrote(tmp_path):
    outcome = CliRunner().invoke(main, ["verilog", "--config", "tiny", "-o", str(tmp_path / "verilog")])
    assert outcome.exit_code == 0, outcome.output
    assert f"file list {tmp_path / 'verilog' / FILE_LIST}" in outcome.output
    assert (tmp_path / "verilog" / "firstspike.sv").exists()


@pytest.mark.parametrize(
    "config, message",
    [
        ("huge", "unknown configuration 'huge': expected a JSON file or one of tiny, small, paper, wide"),
        ("missing.json", "cannot read configuration missing.json: No such file or directory"),
    ],
)
def test_bad_configuration_is_one_clear_error_and_writes_nothing(tmp_path, config, message):
    outcome = CliRunner().invoke(main, ["verilog", "--config", config, "-o", str(tmp_path / "verilog")])
    assert (outcome.exit_code, outcome.output.strip()) == (1, f"Error: {message}")
    assert not (tmp_path / "verilog").exists()


def test_output_that_cannot_be_written_is_one_clear_error(tmp_path):
    (tmp_path / "file").write_text("")
    outcome = CliRunner().invoke(main, ["verilog", "--config", "tiny", "-o", str(tmp_path / "file" / "verilog")])
    assert outcome.exit_code == 1
    assert outcome.output.startswith("Error: cannot write ")
    assert outcome.output.count("\n") == 1


def test_protection_adds_only_what_it_needs():
    plain = generate(Processor(PRESETS["tiny"]))
    protected = generate(Processor(PRESETS["tiny"].model_copy(update={"spike_protection": "secded"})))
    assert set(protected) - set(plain) == {"firstspike_spike_buffer", "firstspike_checker", "firstspike_encoder"}
    assert {name for name in plain if plain[name] != protected[name]} == {"firstspike"}
    assert "memory_corrected" in protected["firstspike"] and "memory_corrected" not in plain["firstspike"]


def declared(text):
    return re.findall(r"^  (?:(?:input|output) )?(?:wire|reg) (?:signed )?(?:\[[^]]*\] )?(\w+)", text, re.M)


ALL_OPTIONS = PRESETS["tiny"].model_copy(update={"spike_protection": "secded"})


@pytest.mark.parametrize("config", [*PRESETS.values(), ALL_OPTIONS], ids=[*PRESETS, "protected"])
def test_registers_have_names_and_few_nets_have_none(config):
    texts = generate(Processor(config))
    registers = [name for text in texts.values() for name in re.findall(r"^\s*(\w+) <= ", text, re.M)]
    assert registers and not [name for name in registers if is_anonymous(name)]
    names = [name for text in texts.values() for name in declared(text)]
    assert len([name for name in names if is_anonymous(name)]) < 0.2 * len(names)
    assert not any("casez" in text for text in texts.values())
    assert all(text.count("endcase") == len(re.findall(r"^\s*default:", text, re.M)) for text in texts.values())


def test_name_of_an_operator_is_no_name():
    assert is_anonymous("add_17") and is_anonymous("value_1") and is_anonymous("add_1_8_0")
    assert not is_anonymous("decoded") and not is_anonymous("active_plus_1")
