"""Images to classify: CIFAR-10, handwritten digits, or the sample pictures of this project."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from firstspike.golden.datasets import cifar10 as dataset
from firstspike.golden.datasets import data_set as data_sets
from firstspike.golden.datasets import digits as digits_dataset
from firstspike.golden.datasets import pictures
from firstspike.golden.datasets.data_set import ImagesError
from firstspike.golden.datasets.samples.draw import CLASSES, VARIANTS
from firstspike.golden.network import Network

REMEDY = "with images of your own in Python: firstspike.Model.load(checkpoint).export(config).classify(images)"
SAMPLES = Path(__file__).resolve().parent / "samples"


@dataclass(frozen=True, eq=False)
class Images:
    """Labelled images.

    Attributes
    ----------
    pixels : uint8 array (N, channels, height, width)
    labels : int64 array (N,)
        Index in `class_names`.
    class_names : tuple of str
    source : str
        Where the images came from, for people.
    """

    pixels: np.ndarray
    labels: np.ndarray
    class_names: tuple
    source: str


def for_network(network: Network, count: int | None = None, batch: int = 1) -> Images:
    """Test images of the data set that `network` was trained for.

    A network that names neither data set nor classes is taken for the one with its input shape and number of classes,
    and `source` says so.

    Parameters
    ----------
    network : golden.network.Network
    count : int, optional
        By default `default_images` of the data set, in whole batches.
    batch : int
        Images of one run.

    Returns
    -------
    Images

    Raises
    ------
    ImagesError
        No data set suits the network (`data_set.of_network`), or `count` is out of range.
    """
    shape, classes = tuple(network.input_shape), network.layers[-1].out_channels
    try:
        suited = data_sets.of_network(network.name, shape, classes, network.class_names, network.data_set)
    except ImagesError as error:
        raise ImagesError(f"{error}; {REMEDY}") from None
    count = count or max(suited.default_images // batch, 1) * batch
    found = digits(count) if suited is data_sets.DIGITS else cifar10(count)
    if network.class_names or network.data_set:
        return found
    return replace(
        found,
        source=f"{found.source} (the network names neither data set nor classes; assumed from its input of "
        f"{' x '.join(map(str, shape))} and {classes} classes)",
    )


def digits(count: int) -> Images:
    """The first `count` test images of the handwritten digits, at most 360.

    Raises
    ------
    ImagesError
        `count` is out of range.
    """
    if not 1 <= count <= digits_dataset.TEST_IMAGES:
        raise ImagesError(f"expected 1 to {digits_dataset.TEST_IMAGES} images, got {count}")
    pixels, labels = digits_dataset.split(training=False)
    return Images(pixels[:count], labels[:count], digits_dataset.CLASS_NAMES, "handwritten digits (UCI), test images")


def cifar10(count: int) -> Images:
    """The first `count` test images of CIFAR-10, or sample pictures where CIFAR-10 cannot be had.

    Looked for in this order: the directory `$CIFAR10_DIR`; `data/cifar-10-batches-py` of the repository; the official
    download, which is kept there; the sample pictures of this project. `source` says which one it was. There are 20
    sample pictures, so `count` beyond them yields fewer images.

    Returns
    -------
    Images

    Raises
    ------
    ImagesError
        `count` is out of range; `$CIFAR10_DIR` is set but has no CIFAR-10; a file is damaged.
    """
    if not 1 <= count <= dataset.TEST_IMAGES:
        raise ImagesError(f"expected 1 to {dataset.TEST_IMAGES} images, got {count}")
    try:
        directory = dataset.find()
        if directory is None:
            dataset.download()
            directory = dataset.DIRECTORY
        pixels, labels, class_names = dataset.read(directory)
    except dataset.UnreachableError as error:
        return samples(
            count,
            f"CIFAR-10 is not there and {error}; put it into {dataset.DIRECTORY} or set {dataset.DIRECTORY_VARIABLE}",
        )
    except dataset.CIFAR10Error as error:
        raise ImagesError(str(error)) from None
    return Images(pixels[:count], labels[:count], class_names, f"CIFAR-10 test batch in {directory}")


def samples(count: int, reason: str) -> Images:
    """The first `count` sample pictures, or all of them; `reason` says in `source` why there is nothing better."""
    class_names = tuple(draw.__name__ for draw in CLASSES)
    names = [(label, variant) for variant in range(VARIANTS) for label in range(len(CLASSES))][:count]
    pixels = np.stack(
        [
            pictures.read(SAMPLES / f"{class_names[label]}_{variant}.png", dataset.SHAPE).pixels
            for label, variant in names
        ]
    )
    return Images(
        pixels,
        np.array([label for label, _ in names], dtype=np.int64),
        class_names,
        f"{len(names)} sample pictures of this project ({reason})",
    )
