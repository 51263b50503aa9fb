"""What a network with a given share of firing neurons does: for cycles and energy of networks without images."""

import numpy as np

from firstspike.golden.codes import ttfs
from firstspike.golden.evaluators.evaluation import Evaluation

SEED = 1


def at_density(network, density, images):
    """Evaluation in which a random share `density` of all hidden neurons fires, and no potential says a class.

    Neither cycles nor operations depend on when a neuron fires, so all fire at time 0.

    Parameters
    ----------
    network : Network
    density : float
        0 to 1.
    images : int

    Returns
    -------
    Evaluation
    """
    rng = np.random.default_rng(SEED)
    spikes = [
        np.where(rng.random((images, *shape)) < density, 0, ttfs.SILENT).astype(np.uint8)
        for shape in network.maps()[1:-1]
    ]
    return Evaluation(spikes, np.zeros((images, network.layers[-1].out_channels), np.int64))


def random_pixels(network, images):
    """uint8 array (images, channels, height, width): every value of a pixel is as likely."""
    shape = (images, *network.input_shape)
    return np.random.default_rng(SEED).integers(0, 256, shape, dtype=np.uint8)
