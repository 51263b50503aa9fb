"""Power of the netlist of a whole processor while it classifies an image: measured activity, Liberty's energies."""
