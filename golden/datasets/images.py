"""Images to classify with a network."""

from dataclasses import replace
from os import PathLike

import numpy as np

from firstspike.golden.datasets import registry
from firstspike.golden.datasets.data_set import DataSet, Images, ImagesError, times
from firstspike.golden.network import Network

__all__ = ["Images", "ImagesError", "data_set_of", "for_network"]


def data_set_of(network: Network, data: str | PathLike[str] | None = None) -> DataSet:
    """The data set that is named, or else the one that `network` was trained for (`registry.suited`).

    Raises
    ------
    ImagesError
        There is none, or it does not suit the network.
    """
    classes = network.layers[-1].out_channels
    return registry.suited(network.name, network.input_shape, classes, network.class_names, network.data_set, data)


def for_network(
    network: Network, count: int | None = None, batch: int = 1, data: str | PathLike[str] | None = None
) -> Images:
    """Test images for `network`: of the data set that is named, or else of the one that it was trained for.

    A network that names neither data set nor classes is taken for the one with its input shape and number of classes,
    and `source` says so. Labels are those of the network: where the images name the same classes in another order, a
    label goes by the name.

    Parameters
    ----------
    network : golden.network.Network
    count : int, optional
        By default `default_images` of the data set, in whole batches.
    batch : int
        Images of one run.
    data : str or path, optional
        As for `registry.find`.

    Returns
    -------
    Images

    Raises
    ------
    ImagesError
        No data set suits the network, or `count` is out of range.
    """
    suited = data_set_of(network, data)
    found = suited.first(count or max(suited.default_images // batch, 1) * batch)
    if network.class_names and found.class_names != network.class_names:
        labels = found.labels
        if found.class_names:
            labels = np.array([network.class_names.index(name) for name in found.class_names], dtype=np.int64)[labels]
        found = replace(found, labels=labels, class_names=network.class_names)
    if data is not None or network.class_names or network.data_set:
        return found
    return replace(
        found,
        source=f"{found.source} (the network names neither data set nor classes; assumed from its input of "
        f"{times(network.input_shape)} and {network.layers[-1].out_channels} classes)",
    )
