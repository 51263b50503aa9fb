"""Images to classify: CIFAR-10, the sample pictures of this project, or any picture of the user's."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from golden import cifar10 as dataset
from golden.samples.draw import CLASSES, VARIANTS

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


def cifar10(count):
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
        return samples(count, f"CIFAR-10 is not there and {error}; put it into {dataset.DIRECTORY} or set "
                              f"{dataset.DIRECTORY_VARIABLE}")
    except dataset.CIFAR10Error as error:
        raise ImagesError(str(error)) from None
    return Images(pixels[:count], labels[:count], class_names, f"CIFAR-10 test batch in {directory}")


def samples(count, reason):
    """The first `count` sample pictures, or all of them; `reason` says in `source` why there is nothing better."""
    class_names = tuple(draw.__name__ for draw in CLASSES)
    names = [(label, variant) for variant in range(VARIANTS) for label in range(len(CLASSES))][:count]
    pixels = np.stack([picture(SAMPLES / f"{class_names[label]}_{variant}.png", dataset.SHAPE)
                       for label, variant in names])
    return Images(pixels, np.array([label for label, _ in names], dtype=np.int64), class_names,
                  f"{len(names)} sample pictures of this project ({reason})")


def picture(path, shape):
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
