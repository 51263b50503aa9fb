"""Synthesis of the generated Verilog: FPGA resources and routing, ASIC area, timing and power."""
