// Appends every spike word on the observation port to the file +trace_file, as 32-bit words: time stamp (two), run, layer,
// address, then the spike word, zero-extended to whole words, low bits first.
`default_nettype none

module trace_recorder #(
    parameter int unsigned WORD_BITS = 20,
    localparam int unsigned PADDED_BITS = (WORD_BITS + 31) / 32 * 32
) (
    input  wire                 clk,
    input  wire                 rst,
    input  wire                 valid,
    input  wire [15:0]          run,
    input  wire [7:0]           layer,
    input  wire [19:0]          address,
    input  wire [WORD_BITS-1:0] data,
    input  wire [63:0]          stamp
);
    string file_name;
    int file;

    initial begin
        if (!$value$plusargs("trace_file=%s", file_name)) $fatal(1, "+trace_file is missing");
        file = $fopen(file_name, "wb");
        if (file == 0) $fatal(1, "cannot write %s", file_name);
    end

    always_ff @(posedge clk)
        if (!rst && valid)
            $fwrite(file, "%u", {PADDED_BITS'(data), 12'b0, address, 24'b0, layer, 16'b0, run, stamp});

    final if (file != 0) $fclose(file);
endmodule

`default_nettype wire
