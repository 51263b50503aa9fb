"""The number formats, the configuration and the bit-exact NumPy model of the firstspike processor."""
