// Random back-pressure: `stall` is high in `rate` of 1024 cycles. The sequence depends on `seed` and STREAM only, so a run
// can be repeated exactly and no two streams stall together.
`default_nettype none

module random_stall #(
    parameter int unsigned STREAM = 1
) (
    input  wire        clk,
    input  wire        rst,
    input  wire [31:0] rate,
    input  wire [31:0] seed,
    output wire        stall
);
    bit [31:0] state;

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
