"""A layer as it was trained: real weights with the batch norm folded in, and its place in the network."""

from dataclasses import dataclass

import numpy as np

RELU = "relu"
CLIP = "clip_0_1"
NONE = "none"


@dataclass(frozen=True, eq=False)
class TrainedLayer:
    """One convolution; a fully connected layer is a convolution over the whole remaining map.

    Attributes
    ----------
    name : str
    weights : float64 array (out_channels, in_channels, kernel_h, kernel_w)
    biases : float64 array (out_channels,)
    padding : (int, int)
    stride : int
    pool : bool
        2x2 max pool before the activation (after it is the same).
    activation : str
        "clip_0_1", "relu", or "none" for the output layer.
    """

    name: str
    weights: np.ndarray
    biases: np.ndarray
    padding: tuple = (0, 0)
    stride: int = 1
    pool: bool = False
    activation: str = CLIP

    @property
    def fires(self):
        return self.activation != NONE

    def conv_map(self, in_map):
        """(height, width) of the map before pooling for an input map (height, width)."""
        return tuple(
            (size + 2 * padding - kernel) // self.stride + 1
            for size, padding, kernel in zip(in_map, self.padding, self.weights.shape[2:])
        )

    def out_map(self, in_map):
        """(height, width) of the map after pooling."""
        return tuple(size // 2 if self.pool else size for size in self.conv_map(in_map))
