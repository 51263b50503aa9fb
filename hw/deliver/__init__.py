"""What goes with the Verilog into the flow of its user."""
