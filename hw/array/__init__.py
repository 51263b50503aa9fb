"""Processing elements and their clusters."""
