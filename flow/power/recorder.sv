// Reset for the test bench without cocotb, whose main program cannot write SAIF. The transitions of every net
// of the netlist are counted from reset until the last result.
`timescale 1ns / 1ns
`default_nettype none

module recorder #(
    parameter int unsigned NETWORK_BITS = 32,
    parameter int unsigned WORD_BITS = 20,
    parameter int unsigned ERROR_PACKET = 0
);
    bit rst_request = 1;

    testbench #(
        .NETWORK_BITS(NETWORK_BITS), .WORD_BITS(WORD_BITS), .ERROR_PACKET(ERROR_PACKET)
    ) bench (.rst_request);

    initial begin
        $dumpfile("activity.saif");
        $dumpvars(0, bench.dut);
        repeat (8) @(negedge bench.clk);
        rst_request = 0;
        do @(negedge bench.clk); while (!bench.finished);
        if (bench.hung) $fatal(1, "nothing moves any more");
        $finish;
    end
endmodule

`default_nettype wire
