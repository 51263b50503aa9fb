"""What an evaluation of a network yields, and what it takes."""

from dataclasses import dataclass

import numpy as np

from firstspike.golden.codes import potentials as potentials_code


class InputError(ValueError):
    """Images that do not fit the network."""


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Everything the neurons of a network did for a batch of N images.

    Attributes
    ----------
    spikes : list of uint8 arrays (N, channels, height, width)
        Spike words of every firing layer in order, after pooling; 31 = silent.
    potentials : int64 array (N, classes)
        Membrane potentials of the output layer, in units of 2^-F.
    """

    spikes: list
    potentials: np.ndarray

    def classes(self, network):
        """int64 array (N,): the class of the largest logit of each image."""
        return potentials_code.classify(self.potentials, network.layers[-1].offsets)


def require_images(network, images):
    """Checks that `images` is a batch the network takes.

    Raises
    ------
    InputError
        Not a uint8 array of shape (N, channels, height, width) of the network's input.
    """
    expected = tuple(network.input_shape)
    if not isinstance(images, np.ndarray) or images.dtype != np.uint8 or images.shape[1:] != expected:
        got = f"{images.dtype} {images.shape}" if isinstance(images, np.ndarray) else type(images).__name__
        raise InputError(
            f"network {network.name}: expected images as a uint8 array of shape "
            f"(N, {', '.join(map(str, expected))}), got {got}"
        )
