"""A small self-checking test bench, for a first sign of life in any simulator."""

from firstspike.golden.streams.records import ErrorCode, Packet
from firstspike.hw.writer.verilog import TIMESCALE

FILE = "firstspike_smoke.sv"

_SIGNALS = {
    "clk": "clk",
    "rst": "rst",
    "s_axis_net_tvalid": "net_tvalid",
    "s_axis_net_tready": "net_tready",
    "s_axis_net_tlast": "1'b0",
    "s_axis_img_tdata": "32'd0",
    "s_axis_img_tvalid": "1'b0",
    "s_axis_img_tready": "img_tready",
    "s_axis_img_tlast": "1'b0",
    "m_axis_res_tdata": "res_tdata",
    "m_axis_res_tvalid": "res_tvalid",
    "m_axis_res_tready": "1'b1",
    "m_axis_res_tlast": "res_tlast",
}


def connections(design, signals):
    """The connections of an instance of the top level: `signals` by port; other ports, for observation, stay open."""
    *_, top = design.modules
    return ",\n".join(f"    .{wire.name}({signals.get(wire.name, '')})" for wire in design.modules[top].ports)


def text(config, design):
    """SystemVerilog text: a network stream without the magic number must be answered by the error BAD_MAGIC."""
    header = (int(Packet.ERROR) << 24) | 1
    signals = _SIGNALS | {"s_axis_net_tdata": f"{{{config.network_bits}{{1'b0}}}}"}
    return f"""\
// firstspike_smoke: sends one network word that is no START record and expects the error packet BAD_MAGIC.
//
// It needs no file and no Python: `verilator --binary --timing --top-module firstspike_smoke -F firstspike.f
// bench/{FILE}`, or `iverilog -g2012 -s firstspike_smoke -f firstspike.f bench/{FILE}`.
// A whole network runs in firstspike_bench.sv.
{TIMESCALE}
`default_nettype none

module firstspike_smoke;
  reg clk = 0;
  reg rst = 1;
  reg net_tvalid = 0;
  wire net_tready;
  wire img_tready;
  wire [31:0] res_tdata;
  wire res_tvalid;
  wire res_tlast;
  integer words = 0;
  integer cycles = 0;

  firstspike dut (
{connections(design, signals)}
  );

  always #5 clk = !clk;

  initial begin
    repeat (4) @(posedge clk);
    #1 rst = 0;
    net_tvalid = 1;
  end

  always @(posedge clk) begin
    cycles <= cycles + 1;
    if (cycles == {config.watchdog_cycles}) begin
      $display("FAIL: no answer");
      $fatal(1);
    end
    if (!rst && res_tvalid) begin
      words <= words + 1;
      if (words == 0 && (res_tdata != 32'h{header:08x} || res_tlast)
          || words == 1 && (res_tdata != 32'd{int(ErrorCode.BAD_MAGIC)} || !res_tlast)) begin
        $display("FAIL: word %0d of the result stream is %h, tlast %b", words, res_tdata, res_tlast);
        $fatal(1);
      end
      if (words == 1) begin
        $display("PASS: error BAD_MAGIC after %0d cycles", cycles);
        $finish;
      end
    end
  end
endmodule

`default_nettype wire
"""
