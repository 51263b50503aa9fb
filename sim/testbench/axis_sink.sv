// AXI4-Stream sink that appends every accepted beat to the file +result_file as four 32-bit words: tdata, tlast, and
// the time stamp in two words, low bits first. It checks that a valid beat stays unchanged until it is accepted.
`default_nettype none

module axis_sink #(
    parameter int unsigned STREAM = 3
) (
    input  wire        clk,
    input  wire        rst,
    input  wire [31:0] tdata,
    input  wire        tvalid,
    output wire        tready,
    input  wire        tlast,
    input  wire [63:0] stamp,
    input  wire [31:0] stall_rate,
    input  wire [31:0] stall_seed
);
    string file_name;
    int file;
    bit waiting;
    bit [31:0] waiting_data;
    bit waiting_last;
    wire stall;

    initial begin
        if (!$value$plusargs("result_file=%s", file_name)) $fatal(1, "+result_file is missing");
        file = $fopen(file_name, "wb");
        if (file == 0) $fatal(1, "cannot write %s", file_name);
    end

    random_stall #(.STREAM(STREAM)) stalls (.clk, .rst, .rate(stall_rate), .seed(stall_seed), .stall);
    assign tready = !stall;

    always_ff @(posedge clk) begin
        waiting <= !rst && tvalid && !tready;
        waiting_data <= tdata;
        waiting_last <= tlast;
        if (!rst && waiting) begin
            assert (tvalid) else $error("m_axis_res: tvalid fell before the beat was accepted");
            assert (tdata == waiting_data) else $error("m_axis_res: tdata changed before the beat was accepted");
            assert (tlast == waiting_last) else $error("m_axis_res: tlast changed before the beat was accepted");
        end
        if (!rst && tvalid && tready) begin
            $fwrite(file, "%u", {stamp, 31'b0, tlast, tdata});
            // The results of an ended run are read while the next ones are simulated.
            if (tlast) $fflush(file);
        end
    end

    final if (file != 0) $fclose(file);
endmodule

`default_nettype wire
