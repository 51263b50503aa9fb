"""From finished potentials to words."""
