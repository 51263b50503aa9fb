"""What is counted: names, units and meanings, and the exact numbers of a schedule and its spikes."""
