// Memory with one write port and one synchronous read port. Replace the body of this module by a macro to map every
// memory of the processor.
//
// * read_data is valid one cycle after read_enable and holds its value while read_enable is low.
// * The contents are undefined until written; nothing relies on initial contents.
// * The processor never reads the address that it writes in the same cycle.
`timescale 1ns/1ns
`default_nettype none

module firstspike_sram #(
    parameter DEPTH = 2,
    parameter WIDTH = 1,
    localparam ADDRESS_BITS = DEPTH > 1 ? $clog2(DEPTH) : 1
) (
    input  wire                    clk,
    input  wire                    write_enable,
    input  wire [ADDRESS_BITS-1:0] write_address,
    input  wire [WIDTH-1:0]        write_data,
    input  wire                    read_enable,
    input  wire [ADDRESS_BITS-1:0] read_address,
    output reg  [WIDTH-1:0]        read_data
);
    (* no_rw_check *) reg [WIDTH-1:0] rows [0:DEPTH-1];  // the attribute tells Yosys of the third rule

    always @(posedge clk) begin
        if (write_enable) rows[write_address] <= write_data;
        if (read_enable) read_data <= rows[read_address];
    end

`ifndef SYNTHESIS
    always @(posedge clk)
        if (write_enable && read_enable)
            assert (write_address != read_address)
                else $error("address %0d read and written in one cycle", write_address);
`endif
endmodule

`default_nettype wire
