"""Other people's tools on our Verilog: synthesis, timing, power."""
