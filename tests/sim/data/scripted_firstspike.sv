// Stand-in for the processor in tests of the test bench: it takes one network packet and one image of two words, then
// answers with a result that tells what it took. The low byte of the network packet's first word orders a fault.
module firstspike (
    input  wire        clk,
    input  wire        rst,
    input  wire [31:0] s_axis_net_tdata,
    input  wire        s_axis_net_tvalid,
    output wire        s_axis_net_tready,
    input  wire        s_axis_net_tlast,
    input  wire [31:0] s_axis_img_tdata,
    input  wire        s_axis_img_tvalid,
    output wire        s_axis_img_tready,
    input  wire        s_axis_img_tlast,
    output wire [31:0] m_axis_res_tdata,
    output wire        m_axis_res_tvalid,
    input  wire        m_axis_res_tready,
    output wire        m_axis_res_tlast,
    output wire        trace_valid,
    output wire [15:0] trace_run,
    output wire [7:0]  trace_layer,
    output wire [19:0] trace_address,
    output wire [19:0] trace_data
);
    typedef enum bit [7:0] {
        NONE, ERROR_PACKET, CHANGING_DATA, FALLING_VALID, SILENCE, EXTRA_BEAT, FAILING_ASSERTION
    } fault_t;

    localparam bit [31:0] COUNTERS = 23;
    localparam bit [31:0] ERROR_LENGTH = 2, RESULT_LENGTH = 4 + 2 * (1 + COUNTERS) + 4;

    enum bit [1:0] {NETWORK, IMAGE, ANSWER} state;
    bit [31:0] network_words, network_sum, image_words, image_sum, cycles, run_cycles, sent;
    fault_t fault;

    wire net = s_axis_net_tvalid && s_axis_net_tready;
    wire img = s_axis_img_tvalid && s_axis_img_tready;
    wire res = m_axis_res_tvalid && m_axis_res_tready;
    wire [31:0] length = fault == ERROR_PACKET ? ERROR_LENGTH : RESULT_LENGTH + 32'(fault == EXTRA_BEAT);

    function automatic bit [31:0] counters(input bit [31:0] index, input bit [31:0] layer);
        return index == 0 ? {8'd2, layer[7:0], COUNTERS[15:0]} : 100 * layer + index - 1;
    endfunction

    function automatic bit [31:0] answer(input bit [31:0] index);
        if (fault == ERROR_PACKET) return index == 0 ? {8'd4, 8'd0, 16'd1} : 32'd9;
        case (index)
            0: return {8'd1, 8'd0, 16'd3};
            1: return 0;
            2: return network_sum;
            3: return -image_sum;
            RESULT_LENGTH - 4: return {8'd3, 8'd0, 16'd3};
            RESULT_LENGTH - 3: return network_words;
            RESULT_LENGTH - 2: return image_words;
            RESULT_LENGTH - 1: return run_cycles;
            RESULT_LENGTH: return 32'h03000000;
            default: return index < 5 + COUNTERS ? counters(index - 4, 0) : counters(index - 5 - COUNTERS, 1);
        endcase
    endfunction

    assign s_axis_net_tready = state == NETWORK;
    assign s_axis_img_tready = state == IMAGE;
    assign m_axis_res_tvalid = state == ANSWER && fault != SILENCE && !(fault == FALLING_VALID && cycles[0]);
    assign m_axis_res_tdata = answer(sent) ^ (fault == CHANGING_DATA ? cycles : 0);
    assign m_axis_res_tlast = sent == (fault == ERROR_PACKET ? ERROR_LENGTH : RESULT_LENGTH) - 1;
    assign trace_valid = img;
    assign trace_run = 0;
    assign trace_layer = 0;
    assign trace_address = image_words[19:0];
    assign trace_data = s_axis_img_tdata[19:0];

    always_ff @(posedge clk) begin
        cycles <= cycles + 1;
        if (net) begin
            if (network_words == 0) fault <= fault_t'(s_axis_net_tdata[7:0]);
            network_words <= network_words + 1;
            network_sum <= network_sum + s_axis_net_tdata;
            if (s_axis_net_tlast) state <= IMAGE;
        end
        if (img) begin
            image_words <= image_words + 1;
            image_sum <= image_sum + s_axis_img_tdata;
            if (s_axis_img_tlast) begin
                state <= ANSWER;
                run_cycles <= cycles;
            end
            assert (fault != FAILING_ASSERTION) else $error("the ordered assertion");
        end
        if (res) sent <= sent + 1;
        if (rst || res && sent == length - 1) begin
            state <= NETWORK;
            network_words <= 0;
            network_sum <= 0;
            image_words <= 0;
            image_sum <= 0;
            sent <= 0;
            cycles <= 0;
            fault <= NONE;
        end
    end
endmodule
