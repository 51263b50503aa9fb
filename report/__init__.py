"""What a user reads: runs, energy, benchmarks, design-space sweeps."""
