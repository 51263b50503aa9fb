"""What cycles and energy are counted on: images and what the network does with them, or a given share of spikes."""

from os import PathLike

import numpy as np

from firstspike.golden.datasets import images as image_sources
from firstspike.golden.evaluators import fast
from firstspike.golden.evaluators.at_density import at_density, random_pixels
from firstspike.golden.evaluators.evaluation import Evaluation
from firstspike.golden.network import Network


def of(
    network: Network, count: int, data: str | PathLike[str] | None = None, density: float | None = None
) -> tuple[np.ndarray, Evaluation, str]:
    """Pixels, what every neuron does, and what both are, for people.

    Parameters
    ----------
    network : Network
    count : int
        Images.
    data : str or path, optional
        As for `golden.datasets.registry.find`.
    density : float, optional
        Share of the hidden neurons that fires, instead of what the images make of them. Pixels are random where there
        is no `data`.

    Raises
    ------
    golden.datasets.data_set.ImagesError
        There are no images that suit the network, or too few.
    """
    if density is not None and data is None:
        return random_pixels(network, count), at_density(network, density, count), f"random pixels, {_share(density)}"
    found = image_sources.for_network(network, count, data=data)
    if len(found.pixels) < count:
        raise image_sources.ImagesError(f"expected {count} images, there are only {len(found.pixels)}: {found.source}")
    if density is not None:
        return found.pixels, at_density(network, density, count), f"{found.source}, {_share(density)}"
    return found.pixels, fast.run(network, found.pixels), found.source


def _share(density: float) -> str:
    return f"a random {density:.2%} of the hidden neurons fires"
