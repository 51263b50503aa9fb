"""Conversion-aware training: the network is trained on the numbers that the processor computes with."""
