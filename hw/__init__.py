"""The RTL of the firstspike processor as Amaranth components, and its Verilog."""
