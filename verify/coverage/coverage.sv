// Functional coverage of what only the registers show. Each module is bound to a module of the processor; the label of a
// cover statement is the name of its bin. The parameter OF keeps Verilator from adding up what it belongs to.
`default_nettype none

module coverage_states #(
    parameter string OF = "",
    parameter int unsigned STATES = 4
) (
    input wire       clk,
    input wire       rst,
    input wire [7:0] state
);
    for (genvar number = 0; number < STATES; number++) begin : state_reached
        cover property (@(posedge clk) !rst && state == number);
    end
endmodule

module coverage_queue #(
    parameter string OF = ""
) (
    input wire clk,
    input wire rst,
    input wire i_valid,
    input wire i_ready,
    input wire o_valid,
    input wire o_ready
);
    empty: cover property (@(posedge clk) !rst && !o_valid && !i_valid);
    full: cover property (@(posedge clk) !rst && i_valid && !i_ready);
    waits: cover property (@(posedge clk) !rst && o_valid && !o_ready);
    passes: cover property (@(posedge clk) !rst && i_valid && i_ready && o_valid && o_ready);
endmodule

module coverage_word_queue (
    input wire       clk,
    input wire       rst,
    input wire [3:0] level
);
    for (genvar words = 0; words <= 8; words++) begin : words_held
        cover property (@(posedge clk) !rst && level == words);
    end
endmodule

module coverage_ring (
    input wire       clk,
    input wire       rst,
    input wire       running,
    input wire [8:0] rows_loaded,
    input wire [8:0] rows_freed
);
    wire [8:0] rows = rows_loaded - rows_freed;
    empty: cover property (@(posedge clk) !rst && running && rows == 0);
    full: cover property (@(posedge clk) !rst && running && rows == `RING_ROWS);
    one_row: cover property (@(posedge clk) !rst && running && rows == 1);
    wraps: cover property (@(posedge clk) !rst && running && rows_loaded < rows_freed);
endmodule

module coverage_stream #(
    parameter string OF = ""
) (
    input wire clk,
    input wire rst,
    input wire tvalid,
    input wire tready,
    input wire tlast
);
    beat: cover property (@(posedge clk) !rst && tvalid && tready && !tlast);
    last_beat: cover property (@(posedge clk) !rst && tvalid && tready && tlast);
    source_waits: cover property (@(posedge clk) !rst && tvalid && !tready);
    sink_waits: cover property (@(posedge clk) !rst && !tvalid && tready);
    neither: cover property (@(posedge clk) !rst && !tvalid && !tready);
endmodule

module coverage_reset (
    input wire clk,
    input wire rst,
    input wire running,
    input wire [7:0] error
);
    while_idle: cover property (@(posedge clk) rst && !running && error == 0);
    while_running: cover property (@(posedge clk) rst && running && error == 0);
    after_error: cover property (@(posedge clk) rst && error != 0);
endmodule

bind firstspike_loader coverage_states #(.OF("loader"), .STATES(4)) coverage (.clk, .rst, .state(8'(loader_state)));
bind firstspike_sequencer coverage_states #(.OF("sequencer"), .STATES(4)) coverage (.clk, .rst, .state(8'(sequencer_state)));
bind firstspike_packet_sender coverage_states #(.OF("packet sender"), .STATES(4)) coverage (.clk, .rst, .state(8'(sender_state)));
bind firstspike_position_walker coverage_states #(.OF("position walker"), .STATES(3)) coverage (.clk, .rst, .state(8'(walker_state)));
bind firstspike_spike_encoder coverage_states #(.OF("spike encoder"), .STATES(8)) coverage (.clk, .rst, .state(8'(encoder_state)));
bind firstspike_command_queue coverage_queue #(.OF("command")) coverage (
    .clk, .rst, .i_valid(i__valid), .i_ready(i__ready), .o_valid(o__valid), .o_ready(o__ready));
// The image buffer takes no word without room for its image's length, so the queue itself never refuses one: what it is
// offered is an image's last word.
bind firstspike_image_buffer coverage_queue #(.OF("length")) length_queue_coverage (
    .clk, .rst, .i_valid(img__valid && img__payload__last && (img__ready || !length_queue.i__ready)),
    .i_ready(length_queue.i__ready), .o_valid(complete), .o_ready(release_1));
bind firstspike_result_queue coverage_queue #(.OF("result")) coverage (
    .clk, .rst, .i_valid(i__valid), .i_ready(i__ready), .o_valid(o__valid), .o_ready(o__ready));
bind firstspike_word_queue coverage_word_queue coverage (.clk, .rst, .level(level));
bind firstspike_sequencer coverage_ring ring (.clk, .rst, .running, .rows_loaded, .rows_freed);
bind firstspike_sequencer coverage_reset coverage_reset (.clk, .rst, .running, .error);
bind firstspike coverage_stream #(.OF("network")) network_stream (
    .clk, .rst, .tvalid(s_axis_net_tvalid), .tready(s_axis_net_tready), .tlast(s_axis_net_tlast));
bind firstspike coverage_stream #(.OF("image")) image_stream (
    .clk, .rst, .tvalid(s_axis_img_tvalid), .tready(s_axis_img_tready), .tlast(s_axis_img_tlast));
bind firstspike coverage_stream #(.OF("result")) result_stream (
    .clk, .rst, .tvalid(m_axis_res_tvalid), .tready(m_axis_res_tready), .tlast(m_axis_res_tlast));

`default_nettype wire
