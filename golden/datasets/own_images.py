"""A labelled image set of the user's: all of it to classify, and a split by class to train."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from firstspike.golden.datasets.data_set import DEFAULT_IMAGES, DataSet, Images, ImagesError

HELD_OUT_STEP = 5
"""Of each class every fifth image, beginning with the first, is held out of the training."""


def data_set(
    name: str,
    title: str,
    shape: tuple[int, int, int],
    class_names: tuple[str, ...],
    labels: NDArray[np.int64],
    read: Callable[[NDArray[np.int64]], Images],
) -> DataSet:
    """The set with `labels`, whose images with some indices `read` yields."""
    held_out = np.zeros(len(labels), dtype=bool)
    for label in np.unique(labels):
        held_out[np.flatnonzero(labels == label)[::HELD_OUT_STEP]] = True

    def part(chosen: NDArray[np.bool_]) -> Images:
        counts = np.bincount(labels, minlength=len(class_names))
        if len(counts) < 2 or counts.min() < 2:
            scarce = int(counts.argmin())
            label = class_names[scarce] if class_names else scarce
            raise ImagesError(
                f"{title}: to train, expected two classes or more with two images or more each, because one of "
                f"{HELD_OUT_STEP} is held out; class {label} has {counts[scarce]}"
            )
        return read(np.flatnonzero(chosen))

    return DataSet(
        name=name,
        title=title,
        shape=shape,
        class_names=class_names,
        classes=len(class_names) or int(labels.max()) + 1,
        test_images=len(labels),
        default_images=min(DEFAULT_IMAGES, len(labels)),
        test=lambda count: read(np.arange(count)),
        training=lambda: part(~held_out),
        held_out=lambda: part(held_out),
    )
