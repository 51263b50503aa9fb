// Test bench of the processor: it plays the network and image streams from files, records the result stream and the
// observation port in files, and stalls all three streams at random. cocotb drives `rst_request` and waits for `wake`;
// nothing runs in Python while the clock runs.
//
// Every reset begins the next job, with streams of its own. The plus-arguments of job J: runs.J, net_words.J,
// net_packet_words.J, img_words.J, img_packet_words.J, and stall.J (cycles of 1024 in which each stream pauses) with seed.J.
`default_nettype none

module testbench #(
    parameter int unsigned NETWORK_BITS = 32,
    parameter int unsigned WORD_BITS = 20,
    parameter int unsigned ERROR_PACKET = 0
) (
    input wire rst_request
);
    // A clock that cocotb drives from C++ costs a fifth of the speed.
    bit clk;
    initial forever #5 clk = !clk;

    // What hangs on an input of the top module without a register is evaluated at both edges of the clock, and through
    // the reset that is nearly everything: this register makes the simulation 1.7 times as fast.
    bit rst = 1;
    always_ff @(posedge clk) rst <= rst_request;

    // What cocotb sees (public.vlt).
    bit wake;                     // toggles every 2^14 cycles and at the end
    bit finished;                 // all runs have ended, or one with an error, or nothing moves any more
    bit hung;                     // nothing has moved for +idle_limit cycles
    bit [63:0] cycle;             // since the reset of the job
    bit [31:0] ended_runs;        // runs (network packets) that have sent their last result
    bit [15:0] layer_run;         // layer run that wrote a spike word last
    bit [31:0] corrections;       // cycles in which the processor reported a corrected memory word

    bit was_rst;
    int unsigned job = '1;
    longint unsigned runs, net_words, net_packet_words, img_words, img_packet_words, stall_rate, stall_seed;
    int unsigned idle_limit = 1;
    int unsigned idle;
    bit [15:0] payload_left;
    bit [7:0] packet;

    initial begin
        if (!$value$plusargs("idle_limit=%d", idle_limit)) $fatal(1, "+idle_limit is missing");
    end

    function automatic longint unsigned number(input string name, input int unsigned of_job);
        longint unsigned value = 0;
        string argument = $sformatf("%s.%0d", name, of_job);
        if (!$value$plusargs({argument, "=%d"}, value)) $fatal(1, "+%s is missing", argument);
        return value;
    endfunction

    always_ff @(posedge clk) begin
        was_rst <= rst;
        if (rst && !was_rst) begin
            job <= job + 1;
            runs <= number("runs", job + 1);
            net_words <= number("net_words", job + 1);
            net_packet_words <= number("net_packet_words", job + 1);
            img_words <= number("img_words", job + 1);
            img_packet_words <= number("img_packet_words", job + 1);
            stall_rate <= number("stall", job + 1);
            stall_seed <= number("seed", job + 1);
        end
    end

    wire [63:0] stamp = {job[15:0], cycle[47:0]};
    wire [NETWORK_BITS-1:0] net_tdata;
    wire net_tvalid, net_tready, net_tlast;
    wire [31:0] img_tdata;
    wire img_tvalid, img_tready, img_tlast;
    wire [31:0] res_tdata;
    wire res_tvalid, res_tready, res_tlast;
    wire memory_corrected;
    wire trace_valid;
    wire [15:0] trace_run;
    wire [7:0] trace_layer;
    wire [19:0] trace_address;
    wire [WORD_BITS-1:0] trace_data;

    axis_source #(.NAME("net"), .STREAM(1), .BITS(NETWORK_BITS)) net_source (
        .clk, .rst, .job, .words(net_words), .packet_words(net_packet_words), .stall_rate(stall_rate[31:0]),
        .stall_seed(stall_seed[31:0]), .tdata(net_tdata), .tvalid(net_tvalid), .tready(net_tready), .tlast(net_tlast));

    axis_source #(.NAME("img"), .STREAM(2), .BITS(32)) img_source (
        .clk, .rst, .job, .words(img_words), .packet_words(img_packet_words), .stall_rate(stall_rate[31:0]),
        .stall_seed(stall_seed[31:0]), .tdata(img_tdata), .tvalid(img_tvalid), .tready(img_tready), .tlast(img_tlast));

    axis_sink #(.STREAM(3)) res_sink (
        .clk, .rst, .tdata(res_tdata), .tvalid(res_tvalid), .tready(res_tready), .tlast(res_tlast), .stamp,
        .stall_rate(stall_rate[31:0]), .stall_seed(stall_seed[31:0]));

    firstspike dut (
        .clk,
        .rst,
        .s_axis_net_tdata(net_tdata),
        .s_axis_net_tvalid(net_tvalid),
        .s_axis_net_tready(net_tready),
        .s_axis_net_tlast(net_tlast),
        .s_axis_img_tdata(img_tdata),
        .s_axis_img_tvalid(img_tvalid),
        .s_axis_img_tready(img_tready),
        .s_axis_img_tlast(img_tlast),
`ifdef TRACE
        .trace_valid,
        .trace_run,
        .trace_layer,
        .trace_address,
        .trace_data,
`endif
`ifdef SECDED
        .memory_corrected,
`endif
        .m_axis_res_tdata(res_tdata),
        .m_axis_res_tvalid(res_tvalid),
        .m_axis_res_tready(res_tready),
        .m_axis_res_tlast(res_tlast));

`ifdef TRACE
    trace_recorder #(.WORD_BITS(WORD_BITS)) recorder (
        .clk, .rst, .valid(trace_valid), .run(trace_run), .layer(trace_layer), .address(trace_address),
        .data(trace_data), .stamp);
`else
    assign trace_valid = 0;
    assign trace_run = 0;
    assign trace_layer = 0;
    assign trace_address = 0;
    assign trace_data = 0;
`endif

`ifndef SECDED
    assign memory_corrected = 0;
`endif

    wire result = res_tvalid && res_tready;
    wire moves = net_tvalid && net_tready || img_tvalid && img_tready || result || trace_valid;
    wire is_hung = idle == idle_limit;
    wire run_ends = result && res_tlast;
    wire is_finished = run_ends && (packet == ERROR_PACKET[7:0] || 64'(ended_runs) + 1 == runs) || is_hung;

    always_ff @(posedge clk)
        if (rst) begin
            wake <= 0;
            finished <= 0;
            hung <= 0;
            cycle <= 0;
            ended_runs <= 0;
            layer_run <= 0;
            corrections <= 0;
            idle <= 0;
            payload_left <= 0;
            packet <= 0;
        end else begin
            cycle <= cycle + 1;
            idle <= moves ? 0 : idle + 1;
            if (trace_valid) layer_run <= trace_run;
            if (memory_corrected) corrections <= corrections + 1;
            if (result) begin
                if (payload_left != 0) payload_left <= payload_left - 1;
                else begin
                    payload_left <= res_tdata[15:0];
                    packet <= res_tdata[31:24];
                end
            end
            if (run_ends) begin
                ended_runs <= ended_runs + 1;
                layer_run <= 0;
            end
            if (is_finished) finished <= 1;
            if (is_hung) hung <= 1;
            if (is_finished && !finished || cycle[13:0] == '1) wake <= !wake;
        end
endmodule

`default_nettype wire
