"""Random networks through the RTL, thousands of them, each compared with the golden model."""
