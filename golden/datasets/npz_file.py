"""A file of the user's with labelled images, as `numpy.savez` writes it: `images`, `labels` and perhaps `class_names`."""

import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from firstspike.golden.datasets import own_images
from firstspike.golden.datasets.data_set import DataSet, Images, ImagesError, require_class_names

SUFFIX = ".npz"
NEEDED = ("images", "labels")
FIELDS = (*NEEDED, "class_names")
DAMAGE = (
    EOFError,
    MemoryError,  # of a damaged shape
    NotImplementedError,
    OverflowError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
"""What NumPy ends with when a file is none of its own, or damaged."""


def open_set(path: Path) -> DataSet:
    """The data set in a file.

    Raises
    ------
    ImagesError
        It cannot be read, or what it holds is not `images` as uint8 (N, channels, height, width), `labels` as N integers
        from 0 on, and `class_names` as text, a different one for each class.
    """
    arrays = _arrays(path)
    pixels, labels, class_names = arrays["images"], arrays["labels"], _class_names(path, arrays.get("class_names"))
    _require_images(path, pixels)
    _require_labels(path, labels, len(pixels), class_names)
    labels = labels.astype(np.int64)

    def read(chosen: NDArray[np.int64]) -> Images:
        return Images(pixels[chosen], labels[chosen], class_names, str(path))

    _, channels, height, width = pixels.shape
    return own_images.data_set(path.stem, str(path), (channels, height, width), class_names, labels, read)


def _arrays(path: Path) -> dict[str, Any]:
    try:
        content = np.load(path, allow_pickle=False)
        if not isinstance(content, np.lib.npyio.NpzFile):
            raise ImagesError(f"{path}: expected a file that numpy.savez wrote, got a single array")
        with content:
            unknown = [name for name in content.files if name not in FIELDS]
            missing = [name for name in NEEDED if name not in content.files]
            if unknown or missing or len(set(content.files)) < len(content.files):
                raise ImagesError(
                    f"{path}: expected the arrays images, labels and perhaps class_names, got "
                    f"{', '.join(map(repr, content.files)) or 'none'}"
                )
            arrays = {name: content[name] for name in content.files}
            for name, array in arrays.items():
                if not isinstance(array, np.ndarray):  # a member that is no array comes as bytes
                    raise ImagesError(f"{path}: {name} is not an array")
            return arrays
    except ImagesError:
        raise
    except OSError as error:
        raise ImagesError(f"cannot read {path}: {error.strerror or error}") from None
    except DAMAGE as error:
        reason = str(error).split("\n")[0] or type(error).__name__
        if "allow_pickle" in reason:
            reason = (
                "it holds pickled objects, which are not read; class names are an array of text, numpy.array(names)"
            )
        raise ImagesError(
            f"{path}: expected a whole file of numpy.savez, got a damaged or foreign one: {reason}"
        ) from None


def _class_names(path: Path, array: NDArray[Any] | None) -> tuple[str, ...]:
    if array is None:
        return ()
    if array.ndim != 1 or array.dtype.kind != "U" or not len(array):
        raise ImagesError(f"{path}: expected class_names as an array of text, got {_form(array)}")
    names = tuple(map(str, array))
    require_class_names(names, path)
    return names


def _require_images(path: Path, pixels: NDArray[Any]) -> None:
    if pixels.dtype != np.uint8 or pixels.ndim != 4 or not pixels.size:
        raise ImagesError(
            f"{path}: expected images as a uint8 array (N, channels, height, width), 0 for black and 255 for white, got "
            f"{_form(pixels)}"
        )


def _require_labels(path: Path, labels: NDArray[Any], images: int, class_names: tuple[str, ...]) -> None:
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        raise ImagesError(f"{path}: expected labels as an array of integers, one an image, got {_form(labels)}")
    if len(labels) != images:
        raise ImagesError(f"{path}: expected {images} labels, one an image, got {len(labels)}")
    end = len(class_names) or np.iinfo(np.uint16).max
    outside = (labels < 0) | (labels >= end)
    if outside.any():
        index = int(outside.argmax())
        text = f"the {end} class names" if class_names else "no class names"
        raise ImagesError(
            f"{path}: expected labels from 0 to {end - 1} ({text}), got {labels[index]} as label of image {index}"
        )


def _form(array: NDArray[Any]) -> str:
    return f"{array.dtype} of shape {array.shape}"
