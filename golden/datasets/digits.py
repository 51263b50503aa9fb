"""The handwritten digits of `data/digits.npz`: 1,797 images of 8x8 pixels with 17 grey levels.

They are the test part of "Optical Recognition of Handwritten Digits" (E. Alpaydin and C. Kaynak, UCI Machine Learning
Repository, 1998, https://doi.org/10.24432/C50P49, CC BY 4.0), in the order in which scikit-learn ships them.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from firstspike.golden.datasets.data_set import DataSet, Images

FILE = Path(__file__).resolve().parent / "data" / "digits.npz"
SHAPE = (1, 8, 8)
CLASS_NAMES = tuple("0123456789")
PIXEL_OF_GREY_LEVEL = np.minimum(16 * np.arange(17), 255).astype(np.uint8)

TEST_STEP = 5
"""Every fifth image, beginning with the first, is a test image; the others are for training."""

TEST_IMAGES = 360


def read() -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """All images in the order of the file.

    Returns
    -------
    pixels : uint8 array (1797, 1, 8, 8)
    labels : int64 array (1797,)
    """
    with np.load(FILE) as content:
        return PIXEL_OF_GREY_LEVEL[content["images"]][:, np.newaxis], content["labels"].astype(np.int64)


def split(training: bool) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Pixels (N, 1, 8, 8) and labels (N,) of the 1,437 training images or else of the 360 test images."""
    pixels, labels = read()
    chosen = (np.arange(len(labels)) % TEST_STEP != 0) == training
    return pixels[chosen], labels[chosen]


def test(count: int = TEST_IMAGES) -> Images:
    """The first `count` test images."""
    return Images(*split(training=False), CLASS_NAMES, "handwritten digits (UCI), test images").first(count)


def training() -> Images:
    """The training images."""
    return Images(*split(training=True), CLASS_NAMES, "handwritten digits (UCI), training images")


DATA_SET = DataSet(
    name="digits",
    title="handwritten digits",
    shape=SHAPE,
    class_names=CLASS_NAMES,
    classes=len(CLASS_NAMES),
    test_images=TEST_IMAGES,
    default_images=TEST_IMAGES,
    test=test,
    training=training,
    held_out=test,
    shipped=test,
)
