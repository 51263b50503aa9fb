"""Area, cycles and simulation speed of the presets: tracked, and compared with what a change makes of them."""
