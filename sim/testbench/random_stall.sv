// Random back-pressure: `stall` is high in +stall=N of 1024 cycles. The sequence depends on +seed=N and STREAM only, so
// a run can be repeated exactly and no two streams stall together.
`default_nettype none

module random_stall #(
    parameter int unsigned STREAM = 1
) (
    input  wire clk,
    input  wire rst,
    output wire stall
);
    int unsigned rate = 0;
    int unsigned seed = 1;
    bit [31:0] state;

    initial begin
        void'($value$plusargs("stall=%d", rate));
        void'($value$plusargs("seed=%d", seed));
    end

    // Xorshift generator of 32 bits; it must not start from 0.
    function automatic bit [31:0] following(input bit [31:0] x);
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        return x;
    endfunction

    function automatic bit [31:0] start();
        bit [31:0] x = (seed * 32'd2654435761) ^ (STREAM * 32'd2246822519);
        return x == 0 ? 32'd1 : x;
    endfunction

    always_ff @(posedge clk)
        if (rst) state <= start();
        else if (rate != 0) state <= following(state);

    assign stall = {22'b0, state[31:22]} < rate;
endmodule

`default_nettype wire
