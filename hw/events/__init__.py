"""From maps of words to event slots, one event a cycle."""
