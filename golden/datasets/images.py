"""Images to classify: CIFAR-10, handwritten digits, the sample pictures of this project, or any picture."""

from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from firstspike.golden.datasets import cifar10 as dataset
from firstspike.golden.datasets import digits as digits_dataset
from firstspike.golden.datasets.samples.draw import CLASSES, VARIANTS
from firstspike.golden.network import Network

SAMPLES = Path(__file__).resolve().parent / "samples"


class ImagesError(ValueError):
    """Images that cannot be had: no such data set, a damaged file, a file that is no picture."""


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
    """Test images of the data set that `network` was trained for: the one with its input shape and class names.

    Parameters
    ----------
    network : golden.network.Network
    count : int, optional
        By default all test images of the digits, in whole batches, and one batch of CIFAR-10.
    batch : int
        Images of one run.

    Returns
    -------
    Images

    Raises
    ------
    ImagesError
        No data set suits the network, it has other classes, or `count` is out of range.
    """
    shape = tuple(network.input_shape)
    if shape == digits_dataset.SHAPE:
        found = digits(count or digits_dataset.TEST_IMAGES // batch * batch)
    elif shape == dataset.SHAPE:
        found = cifar10(count or batch)
    else:
        raise ImagesError(
            f"network {network.name} takes images of {' x '.join(map(str, shape))}; the data sets here "
            f"are CIFAR-10 ({' x '.join(map(str, dataset.SHAPE))}) and digits "
            f"({' x '.join(map(str, digits_dataset.SHAPE))})"
        )
    if network.class_names and network.class_names != found.class_names:
        raise ImagesError(
            f"network {network.name} has the classes {', '.join(network.class_names)}, but the images "
            f"have {', '.join(found.class_names)}"
        )
    return found


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
        [picture(SAMPLES / f"{class_names[label]}_{variant}.png", dataset.SHAPE) for label, variant in names]
    )
    return Images(
        pixels,
        np.array([label for label, _ in names], dtype=np.int64),
        class_names,
        f"{len(names)} sample pictures of this project ({reason})",
    )


def picture(path: str | PathLike[str], shape: tuple[int, int, int]) -> NDArray[np.uint8]:
    """Any picture as an input of a network: the largest centred part of its aspect ratio, resized.

    Parameters
    ----------
    path : path
        A file in any format that Pillow reads.
    shape : (int, int, int)
        Channels (1 or 3), height, width.

    Returns
    -------
    uint8 array of `shape`

    Raises
    ------
    ImagesError
        The file cannot be read or is no picture; a network of that many channels takes no picture.
    """
    channels, height, width = shape
    modes = {1: "L", 3: "RGB"}
    if channels not in modes:
        raise ImagesError(f"a picture has 1 or 3 channels, but the network takes {channels}")
    try:
        with Image.open(path) as image:
            upright = ImageOps.exif_transpose(image).convert(modes[channels])
    except UnidentifiedImageError:
        raise ImagesError(f"{path} is not a picture (expected PNG, JPEG or another format that Pillow reads)") from None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ImagesError(f"cannot read the picture {path}: {getattr(error, 'strerror', None) or error}") from None
    pixels = np.asarray(ImageOps.fit(upright, (width, height), Image.Resampling.LANCZOS))
    return np.ascontiguousarray(pixels.reshape(height, width, channels).transpose(2, 0, 1))
