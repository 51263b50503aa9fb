"""Memories: the SRAM module, its protection, the image buffer."""
