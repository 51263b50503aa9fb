"""A whole test set through the RTL, every image compared with the golden model."""
