"""Trained networks in the forms that people have them: checkpoints, PyTorch modules, NIR graphs."""
