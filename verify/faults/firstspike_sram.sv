// Stands in for firstspike_sram.sv when faults are simulated: flips chosen bits of words as they are written.
//
// +faults_file names a text file with one fault a line: instance (full path), row, number of the write to this row
// since the beginning of the simulation (the first is 0), bit of the row. The bit stays flipped until the next write.
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
    typedef struct {
        int unsigned row;
        int unsigned write;
        int unsigned place;
    } fault_t;

    reg [WIDTH-1:0] rows [0:DEPTH-1];
    int unsigned writes [0:DEPTH-1];
    fault_t faults [$];

    // Not in the block below, which would add its name to %m.
    string file_name, instance_name, own_name;
    fault_t fault;
    int file;

    initial begin
        if (!$value$plusargs("faults_file=%s", file_name)) $fatal(1, "+faults_file is missing");
        file = $fopen(file_name, "r");
        if (file == 0) $fatal(1, "cannot read %s", file_name);
        own_name = $sformatf("%m");
        while ($fscanf(file, "%s %d %d %d", instance_name, fault.row, fault.write, fault.place) == 4)
            if (instance_name == own_name) faults.push_back(fault);
        $fclose(file);
        for (int row = 0; row < DEPTH; row++) writes[row] = 0;
    end

    function automatic bit [WIDTH-1:0] flips();
        bit [WIDTH-1:0] mask = 0;
        foreach (faults[n])
            if (faults[n].row == 32'(write_address) && faults[n].write == writes[write_address])
                mask[faults[n].place] = !mask[faults[n].place];
        return mask;
    endfunction

    always_ff @(posedge clk) begin
        if (write_enable) begin
            rows[write_address] <= write_data ^ flips();
            writes[write_address] <= writes[write_address] + 1;
        end
        if (read_enable) read_data <= rows[read_address];
    end
endmodule

`default_nettype wire
