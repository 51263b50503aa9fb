"""The data sets of this project, and which of them a network belongs to: accuracy on another one means nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from firstspike.golden.datasets import cifar10, digits


class ImagesError(ValueError):
    """Images that cannot be had: no such data set, a damaged file, a file that is no picture."""


@dataclass(frozen=True)
class DataSet:
    """What tells a data set from others.

    Attributes
    ----------
    name : str
        As networks carry it.
    title : str
        For people.
    shape : (int, int, int)
        Channels, height, width.
    class_names : tuple of str
    default_images : int
        Test images that a command takes where nothing else is asked for: one number, so that accuracies can be compared.
    """

    name: str
    title: str
    shape: tuple[int, int, int]
    class_names: tuple[str, ...]
    default_images: int


DIGITS = DataSet("digits", "handwritten digits", digits.SHAPE, digits.CLASS_NAMES, digits.TEST_IMAGES)
CIFAR10 = DataSet("cifar10", "CIFAR-10", cifar10.SHAPE, cifar10.CLASS_NAMES, cifar10.DEFAULT_IMAGES)
ALL = (DIGITS, CIFAR10)
DEFAULT_IMAGES = " or ".join(f"{one.default_images} {one.title}" for one in ALL)
"""For the help of commands."""


def of_network(
    name: str, input_shape: Sequence[int], classes: int, class_names: tuple[str, ...] = (), data_set: str | None = None
) -> DataSet:
    """The data set whose images and labels suit a network.

    Parameters
    ----------
    name : str
        The network's, for messages.
    input_shape : (int, int, int)
    classes : int
        Outputs of the network.
    class_names : tuple of str
        Empty when unknown.
    data_set : str, optional
        Name of the data set that the network was trained for.

    Raises
    ------
    ImagesError
        There is none: another data set is named, or shape, number of classes or class names differ.
    """
    known = ", ".join(f"{one.name} ({_shape(one.shape)})" for one in ALL)
    found = next((one for one in ALL if one.shape == tuple(input_shape)), None)
    if data_set is not None and data_set not in (one.name for one in ALL):
        raise ImagesError(f"network {name} belongs to the data set {data_set}; those here are {known}")
    if found is None:
        raise ImagesError(f"network {name} takes images of {_shape(input_shape)}; the data sets here are {known}")
    if data_set not in (None, found.name):
        raise ImagesError(
            f"network {name} belongs to the data set {data_set}, but takes images of {_shape(input_shape)}, "
            f"which are those of {found.name}: correct data_set or input_shape of its architecture and export it again"
        )
    if classes != len(found.class_names):
        raise ImagesError(
            f"network {name} has {classes} classes, but {found.title} has {len(found.class_names)}, so its labels say "
            f"nothing about this network"
        )
    if class_names and class_names != found.class_names:
        raise ImagesError(
            f"network {name} has the classes {', '.join(class_names)}, but the images of {found.title} have "
            f"{', '.join(found.class_names)}"
        )
    return found


def _shape(shape: Sequence[int]) -> str:
    return " x ".join(map(str, shape))
