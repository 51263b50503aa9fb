"""What runs when: sequencer, watchdog, counters, packets of the result stream."""
