import pytest

from hw.synthesis import lint, yosys

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
