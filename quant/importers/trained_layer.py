"""A layer as it was trained: real weights with the batch norm folded in, and its place in the network."""

from dataclasses import dataclass

import numpy as np

from firstspike.golden.geometry import LayerGeometry, Pool, Window

RELU = "relu"
CLIP = "clip_0_1"
NONE = "none"


@dataclass(frozen=True, eq=False)
class TrainedLayer(LayerGeometry):
    """One convolution; a fully connected layer is a convolution over the whole remaining map.

    Attributes
    ----------
    name : str
    weights : float64 array (out_channels, in_channels, kernel_h, kernel_w)
    biases : float64 array (out_channels,)
    window : Window
        By default the kernel of the weights with stride 1, without padding.
    pool : Pool or None
        Max pool before the activation (after it is the same).
    activation : str
        "clip_0_1", "relu", or "none" for the output layer.
    """

    name: str
    weights: np.ndarray
    biases: np.ndarray
    window: Window | None = None
    pool: Pool | None = None
    activation: str = CLIP

    def __post_init__(self):
        if self.window is None:
            object.__setattr__(self, "window", Window.of(self.weights))

    @property
    def fires(self):
        return self.activation != NONE
