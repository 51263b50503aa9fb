"""Cycle-accurate co-simulation of the generated Verilog, compared bit for bit with the golden model."""
