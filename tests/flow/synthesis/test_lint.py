import pytest

from firstspike.flow.synthesis import lint, sources, yosys
from firstspike.golden.config import PRESETS

DESIGN = """
module firstspike(input wire clk, input wire a, input wire b, input wire c, output reg x, output wire y, output wire z);
  wire inner = a & b;
  assign y = inner | x;
  assign z = x;
  always @(posedge clk) x <= c;
endmodule
"""


@pytest.fixture(scope="module")
def module(tmp_path_factory):
    directory = tmp_path_factory.mktemp("lint")
    (directory / "design.v").write_text(DESIGN)
    yosys.run(directory, "lint", ["read_verilog design.v", "proc", "opt_clean", "write_json lint.json"])
    return directory


def test_paths_from_inputs_to_outputs_are_found_and_registers_end_them(module):
    check = lint._input_to_output(module)
    assert check.findings == ("a -> y", "b -> y")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    directory = tmp_path_factory.mktemp("tiny")
    return directory, sources.write(PRESETS["tiny"], directory)


def test_processor_has_no_latch_loop_or_path_from_input_to_output(tiny):
    directory, written = tiny
    assert [
        check for check in [*lint._yosys(directory, written), lint._input_to_output(directory)] if check.findings
    ] == []


@pytest.mark.iverilog
def test_icarus_verilog_elaborates_without_warnings(tiny):
    assert lint._icarus(*tiny).findings == ()


def test_latch_is_found(tmp_path):
    (tmp_path / "verilog").mkdir()
    (tmp_path / "verilog" / "firstspike_sram.sv").write_text("")
    (tmp_path / "design.sv").write_text(
        "module firstspike(input wire a, input wire b, output reg y);\n  always @* if (a) y = b;\nendmodule\n"
    )
    found = lint._yosys(tmp_path, sources.Sources(None, None, [], ["design.sv"]))
    assert [check.name for check in found if check.findings][0] == "no latches"


def test_slang_and_verible_find_nothing_that_is_not_reviewed(tiny):
    assert lint._slang(*tiny).findings == ()
    assert lint._verible(*tiny).findings == ()


def test_slang_finds_a_truncation_and_verible_a_bad_file_name(tmp_path):
    (tmp_path / "design.sv").write_text(
        "module firstspike(input wire [3:0] a, output wire b);\n  assign b = a;\nendmodule\n"
    )
    assert any("truncates" in finding for finding in lint.slang_findings(tmp_path, ["design.sv"]))
    assert any("module-filename" in finding for finding in lint.verible_findings(tmp_path, ["design.sv"], []))
