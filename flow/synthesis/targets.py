"""What a processor can be synthesised for."""

TARGETS = ("ecp5", "xilinx", "asic")
