import pytest

from firstspike.flow.synthesis import opensta
from firstspike.flow.synthesis.synthesis_errors import SynthesisError

NETLIST = """\
module chain (input clk, input a, output y);
  wire first_q, middle;
  DFF first_cell (.D(a), .CK(clk), .Q(first_q));
  INV _1_ (.A(first_q), .Y(middle));
  DFF second_cell (.D(middle), .CK(clk), .Q(y));
endmodule
"""


def library(unit, per_ns):
    """A library whose inverter takes 0.25 ns, its flip-flop 0.5 ns and its setup 0.1 ns, in any unit of time."""

    def arc(pin, delay, extra=""):
        tables = "".join(
            f'{table}(scalar) {{ values("{value * per_ns}"); }} '
            for table, value in (
                ("cell_rise", delay),
                ("cell_fall", delay),
                ("rise_transition", 0),
                ("fall_transition", 0),
            )
        )
        return f'timing() {{ related_pin : "{pin}"; {extra} {tables} }}'

    setup = "".join(
        f'{table}(scalar) {{ values("{0.1 * per_ns}"); }} ' for table in ("rise_constraint", "fall_constraint")
    )
    return f"""\
library(cells) {{
  delay_model : table_lookup;
  time_unit : "{unit}";
  voltage_unit : "1V";
  current_unit : "1uA";
  leakage_power_unit : "1nW";
  pulling_resistance_unit : "1kohm";
  capacitive_load_unit (1,pf);
  nom_voltage : 1.0;
  slew_lower_threshold_pct_rise : 20; slew_lower_threshold_pct_fall : 20;
  slew_upper_threshold_pct_rise : 80; slew_upper_threshold_pct_fall : 80;
  input_threshold_pct_rise : 50; input_threshold_pct_fall : 50;
  output_threshold_pct_rise : 50; output_threshold_pct_fall : 50;
  cell (INV) {{
    area : 1; cell_leakage_power : 3;
    pin(A) {{ direction : input; capacitance : 0.001; }}
    pin(Y) {{ direction : output; function : "!A"; {arc("A", 0.25, "timing_sense : negative_unate;")} }}
  }}
  cell (DFF) {{
    area : 4; cell_leakage_power : 5;
    ff(IQ,IQN) {{ clocked_on : "CK"; next_state : "D"; }}
    pin(CK) {{ direction : input; clock : true; capacitance : 0.001; }}
    pin(D) {{ direction : input; capacitance : 0.001;
      timing() {{ related_pin : "CK"; timing_type : setup_rising; {setup} }} }}
    pin(Q) {{ direction : output; function : "IQ"; {arc("CK", 0.5, "timing_type : rising_edge;")} }}
  }}
}}
"""


def analyse(directory, unit="1ns", per_ns=1, netlist=NETLIST):
    (directory / "cells.lib").write_text(library(unit, per_ns))
    (directory / "netlist.v").write_text(netlist)
    return opensta.analyse(directory, ["cells.lib"], "netlist.v", 10, top="chain")[1:]


@pytest.mark.sta
def test_the_slowest_path_goes_from_register_to_register(tmp_path):
    path, memory_access_ns, power_w = analyse(tmp_path)
    assert path == {"delay_ns": 0.85, "from": "first", "to": "second", "through": ["first_q", "middle"]}
    assert memory_access_ns is None
    # The library has no energies: what is left is the leakage of two flip-flops and an inverter.
    assert power_w["Total"] == 13e-9


@pytest.mark.sta
def test_the_unit_of_time_of_the_library_does_not_matter(tmp_path):
    (tmp_path / "ns").mkdir()
    (tmp_path / "ps").mkdir()
    assert analyse(tmp_path / "ps", "1ps", 1000) == analyse(tmp_path / "ns")


@pytest.mark.sta
def test_a_netlist_without_registers_is_refused(tmp_path):
    with pytest.raises(SynthesisError, match="no path between registers"):
        analyse(
            tmp_path, netlist="module chain (input clk, input a, output y);\n  INV _1_ (.A(a), .Y(y));\nendmodule\n"
        )


@pytest.mark.sta
def test_what_opensta_says_is_in_the_error(tmp_path):
    with pytest.raises(SynthesisError, match="(?s)opensta failed.*no network has been linked"):
        analyse(tmp_path, netlist=NETLIST.replace("endmodule", "module"))
