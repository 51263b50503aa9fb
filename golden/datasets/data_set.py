"""What every source of labelled images yields, and what the commands ask of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

DEFAULT_IMAGES = 20
"""Images of a command that is not told a number, where a set does not say another: one number, so that accuracies can
be compared."""


class ImagesError(ValueError):
    """Images that cannot be had: no such data set, a damaged file, labels or names that do not suit."""


@dataclass(frozen=True, eq=False)
class Images:
    """Labelled images.

    Attributes
    ----------
    pixels : uint8 array (N, channels, height, width)
    labels : int64 array (N,)
        Index in `class_names`.
    class_names : tuple of str
        Empty where the source does not name them.
    source : str
        Where the images came from, for people.
    """

    pixels: NDArray[np.uint8]
    labels: NDArray[np.int64]
    class_names: tuple[str, ...]
    source: str

    def first(self, count: int) -> "Images":
        """The first `count` images, or all where there are fewer."""
        return replace(self, pixels=self.pixels[:count], labels=self.labels[:count])


@dataclass(frozen=True, eq=False)
class DataSet:
    """A set of labelled images, by functions that read it when it is needed.

    Attributes
    ----------
    name : str
        As networks carry it.
    title : str
        For people.
    shape : (int, int, int)
        Channels, height, width.
    class_names : tuple of str
        Empty where the source does not name them.
    classes : int
        Their number; without names, one more than the largest label.
    test_images : int
        As many images as `test` yields at most.
    default_images : int
        Test images that a command takes where nothing else is asked for.
    test : function of int
        The first so many images to classify.
    training : function without arguments
        The images to learn from, and to calibrate with.
    held_out : function without arguments
        Images that are not among those of `training`, to judge a training by.
    shipped : function of int, or None
        Images that come with this project: the same on every machine.
    """

    name: str
    title: str
    shape: tuple[int, int, int]
    class_names: tuple[str, ...]
    classes: int
    test_images: int
    default_images: int
    test: Callable[[int], Images]
    training: Callable[[], Images]
    held_out: Callable[[], Images]
    shipped: Callable[[int], Images] | None = None

    def first(self, count: int) -> Images:
        """The first `count` images to classify.

        Raises
        ------
        ImagesError
            `count` is out of range, or the images cannot be had.
        """
        if not 1 <= count <= self.test_images:
            raise ImagesError(f"{self.title}: expected 1 to {self.test_images} images, got {count}")
        return self.test(count)


def times(shape: Sequence[int]) -> str:
    """A shape for people."""
    return " x ".join(map(str, shape))


def require_class_names(names: Sequence[str], where: object) -> None:
    """Raises ImagesError for names that are not text, empty, or there twice."""
    for name in names:
        if not name.strip() or not name.isprintable():
            raise ImagesError(f"{where}: expected class names in printable characters, got {name!r}")
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise ImagesError(f"{where}: two classes are called {twice[0]!r}; give each a name of its own")
