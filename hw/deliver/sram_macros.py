"""The memories as macros: a wrapper that picks one macro module per shape, and a module per shape to fill in."""

from firstspike.hw.deliver.memories import WRAPPER
from firstspike.hw.writer.verilog import TIMESCALE

DIRECTORY = "macros"

_PORTS = """\
    input  wire                    clk,
    input  wire                    write_enable,
    input  wire [ADDRESS_BITS-1:0] write_address,
    input  wire [WIDTH-1:0]        write_data,
    input  wire                    read_enable,
    input  wire [ADDRESS_BITS-1:0] read_address,
    output wire [WIDTH-1:0]        read_data
"""
_NAMES = ("clk", "write_enable", "write_address", "write_data", "read_enable", "read_address", "read_data")


def texts(memories, origin):
    """File name -> text of the wrapper and of one module per shape.

    Parameters
    ----------
    memories : list of hw.deliver.memories.Memory
    origin : str
        A sentence for the headers.
    """
    files = {f"{WRAPPER}.sv": _wrapper(memories, origin)}
    return files | {f"{memory.macro}.sv": _macro(memory, origin) for memory in memories}


def _connections(indent):
    return ",\n".join(f"{indent}.{name}({name})" for name in _NAMES)


def _wrapper(memories, origin):
    largest = memories[0]
    choices = "".join(
        f"        if (DEPTH == {memory.depth} && WIDTH == {memory.width}) begin : sram_{memory.depth}x{memory.width}\n"
        f"            {memory.macro} macro (\n{_connections(' ' * 16)});\n"
        f"        end\n"
        for memory in memories
    )
    known = "\n            || ".join(f"DEPTH == {memory.depth} && WIDTH == {memory.width}" for memory in memories)
    return f"""\
// {WRAPPER}: every memory as a macro; takes the place of the behavioural {WRAPPER}.sv in the file list.
//
// {origin}
// One macro module per shape; a shape that is not listed has no macro and stops elaboration.
{TIMESCALE}
`default_nettype none

module {WRAPPER} #(
    parameter DEPTH = {largest.depth},
    parameter WIDTH = {largest.width},
    localparam ADDRESS_BITS = DEPTH > 1 ? $clog2(DEPTH) : 1
) (
{_PORTS});
    generate
{choices}        if (!({known})) begin : sram_of_unknown_shape
            {WRAPPER}_of_unknown_shape macro ();
        end
    endgenerate
endmodule

`default_nettype wire
"""


def _macro(memory, origin):
    uses = "\n".join(f"//   {path}" for path in memory.instances)
    ports = _PORTS.replace("WIDTH", str(memory.width)).replace(
        "ADDRESS_BITS", str(max(1, (memory.depth - 1).bit_length()))
    )
    return f"""\
// {memory.macro}: {memory.depth} rows of {memory.width} bits, one write port, one synchronous read port.
//
// {origin}
// Put the instance of your macro where the behavioural body is; synthesis sees a black box (SYNTHESIS is defined).
// read_data comes one cycle after read_enable and holds while read_enable is low; the address that is being written is
// never read; the contents need no initial value.
// Used {memory.count} times:
{uses}
{TIMESCALE}
`default_nettype none

`ifdef SYNTHESIS
(* blackbox *)
`endif
module {memory.macro} (
{ports});
`ifndef SYNTHESIS
    reg [{memory.width - 1}:0] rows [0:{memory.depth - 1}];
    reg [{memory.width - 1}:0] row;
    assign read_data = row;

    always @(posedge clk) begin
        if (write_enable) rows[write_address] <= write_data;
        if (read_enable) row <= rows[read_address];
    end
`endif
endmodule

`default_nettype wire
"""
