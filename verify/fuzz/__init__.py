"""Fuzzing of all that reads what others have written: network files, checkpoints, the processor's streams."""
