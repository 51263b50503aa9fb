"""A folder of the user's with one sub-folder of pictures a class; classes are in the order of their names."""

from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from firstspike.golden.datasets import own_images, pictures
from firstspike.golden.datasets.data_set import DataSet, Images, ImagesError, require_class_names, times

EXPECTED = "expected one sub-folder of pictures a class"


def open_set(folder: Path, shape: tuple[int, int, int]) -> DataSet:
    """The pictures in a folder, resized to `shape` as `pictures.read` does: one of each class after the other.

    Parameters
    ----------
    folder : Path
    shape : (int, int, int)
        Channels (1 or 3), height, width.

    Raises
    ------
    ImagesError
        There are no two classes, a class has no pictures, or something else lies between them. Hidden files, whose names
        begin with a dot, are left out, and `source` says so.
    """
    if shape[0] not in pictures.MODES:
        raise ImagesError(f"{folder}: pictures have 1 or 3 channels, but the network takes {shape[0]}")
    hidden: list[Path] = []
    classes = [_require_folder(path, folder) for path in _visible(folder, hidden)]
    if len(classes) < 2:
        got = f"only {classes[0].name!r}" if classes else "none"
        raise ImagesError(f"{folder}: {EXPECTED}, and two classes or more, got {got}")
    class_names = tuple(path.name for path in classes)
    require_class_names(class_names, folder)
    files = [[_require_picture(path, folder) for path in _visible(one, hidden)] for one in classes]
    for name, inside in zip(class_names, files):
        if not inside:
            raise ImagesError(f"{folder}: {EXPECTED}, but {name!r} has no pictures")
    order = sorted((place, label) for label, inside in enumerate(files) for place in range(len(inside)))
    labels = np.array([label for _, label in order], dtype=np.int64)

    def read(chosen: NDArray[np.int64]) -> Images:
        seen = [pictures.read(files[label][place], shape) for place, label in (order[index] for index in chosen)]
        remarks = _remarks(Counter(one.size for one in seen), shape)
        if hidden:
            remarks.append(f"{len(hidden)} hidden files left out")
        source = f"{folder} ({', '.join(remarks)})" if remarks else str(folder)
        return Images(np.stack([one.pixels for one in seen]), labels[chosen], class_names, source)

    return own_images.data_set(folder.resolve().name, str(folder), shape, class_names, labels, read)


def _visible(folder: Path, hidden: list[Path]) -> list[Path]:
    """What lies in a folder in the order of the names; hidden files are added to `hidden`."""
    try:
        inside = sorted(folder.iterdir())
    except OSError as error:
        raise ImagesError(f"cannot read the folder {folder}: {error.strerror}") from None
    hidden += [path for path in inside if path.name.startswith(".")]
    return [path for path in inside if not path.name.startswith(".")]


def _require_folder(path: Path, folder: Path) -> Path:
    if not path.is_dir():
        raise ImagesError(f"{folder}: {EXPECTED}, got the file {path.name!r} beside them")
    return path


def _require_picture(path: Path, folder: Path) -> Path:
    if not path.is_file() or path.suffix.lower() not in Image.registered_extensions():
        kind = "the file" if path.is_file() else "the folder"
        raise ImagesError(f"{folder}: {EXPECTED}, got {kind} {path.name!r} in {path.parent.name!r}")
    return path


def _remarks(sizes: Counter[tuple[int, int]], shape: tuple[int, int, int]) -> list[str]:
    wanted = shape[1:]
    resized = sum(count for size, count in sizes.items() if size != wanted)
    if not resized:
        return []
    smallest, largest = min(sizes), max(sizes)
    found = times(smallest) if len(sizes) == 1 else f"{times(smallest)} to {times(largest)}"
    return [f"{resized} of {sizes.total()} pictures resized to {times(wanted)}, sizes {found}"]
