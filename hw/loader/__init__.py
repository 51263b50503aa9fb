"""From the network stream to commands, parameters and weight rows."""
