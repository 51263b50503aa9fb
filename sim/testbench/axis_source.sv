// AXI4-Stream source that plays a binary file (little endian) beat by beat, from its beginning again at its end: the one
// that the plus-argument NAME_file and the number of the job name. A valid beat stays until it is accepted; between beats
// tdata and tlast carry wrong values, so that a receiver that does not look at tvalid is found out.
`default_nettype none

module axis_source #(
    parameter string NAME = "net",
    parameter int unsigned STREAM = 1,
    parameter int unsigned BITS = 32
) (
    input  wire            clk,
    input  wire            rst,
    input  wire [31:0]     job,
    input  wire [63:0]     words,         // beats in all
    input  wire [63:0]     packet_words,  // beats of a packet; the last of each carries tlast
    input  wire [31:0]     stall_rate,
    input  wire [31:0]     stall_seed,
    output bit  [BITS-1:0] tdata,
    output bit             tvalid,
    input  wire            tready,
    output bit             tlast
);
    string file_name;
    int file;
    int unsigned opened = '1;
    longint unsigned words_left;
    longint unsigned packet_left;
    wire stall;

    initial begin
        if (!$value$plusargs({NAME, "_file=%s"}, file_name)) $fatal(1, "+%s_file is missing", NAME);
    end

    task automatic open();
        string name = $sformatf("%s%0d", file_name, job);
        if (file != 0) $fclose(file);
        file = $fopen(name, "rb");
        if (file == 0) $fatal(1, "cannot read %s", name);
    endtask

    random_stall #(.STREAM(STREAM)) stalls (.clk, .rst, .rate(stall_rate), .seed(stall_seed), .stall);

    function automatic bit [BITS-1:0] next_word();
        bit [BITS-1:0] bytes;
        int count = $fread(bytes, file);
        if (count == 0) begin
            void'($rewind(file));
            count = $fread(bytes, file);
        end
        if (count != BITS / 8) $fatal(1, "%s is not a whole number of %0d-bit words", file_name, BITS);
        return {<<8{bytes}};
    endfunction

    always_ff @(posedge clk)
        if (rst) begin
            // The first cycle of the reset sets `job`.
            if (opened != job) begin
                open();
                opened <= job;
            end
            tvalid <= 0;
            words_left <= words;
            packet_left <= packet_words;
        end else if (!tvalid || tready) begin
            if (words_left != 0 && !stall) begin
                tdata <= next_word();
                tvalid <= 1;
                tlast <= packet_left == 1;
                words_left <= words_left - 1;
                packet_left <= packet_left == 1 ? packet_words : packet_left - 1;
            end else begin
                tdata <= ~tdata;
                tvalid <= 0;
                tlast <= ~tlast;
            end
        end

    final if (file != 0) $fclose(file);
endmodule

`default_nettype wire
