"""Chooses what the hardware does in which order."""
