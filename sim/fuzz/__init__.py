"""Fuzzing of everything that reads what others have written: network files, checkpoints, and the processor's streams."""
