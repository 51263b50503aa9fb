"""Every data set that a command can be told by `--data`, and which of them suits a network."""

from collections.abc import Sequence
from os import PathLike
from pathlib import Path

from firstspike.golden.datasets import cifar10, cifar100, digits, image_folder, npz_file, tinyimagenet
from firstspike.golden.datasets.data_set import DataSet, ImagesError, times

KNOWN = {one.name: one for one in (digits.DATA_SET, cifar10.DATA_SET, cifar100.DATA_SET, tinyimagenet.DATA_SET)}

METAVAR = f"NAME|FILE{npz_file.SUFFIX}|FOLDER"
HELP = (
    f"Labelled images: {', '.join(KNOWN)}; a file of numpy.savez with images (uint8, N x channels x height x width), labels "
    "and perhaps class_names; or a folder with one sub-folder of pictures a class."
)
DEFAULT_IMAGES = (
    f"{digits.DATA_SET.default_images} {digits.DATA_SET.title}, {cifar10.DATA_SET.default_images} of others"
)
"""For the help of commands."""


def find(data: str | PathLike[str], shape: tuple[int, int, int]) -> DataSet:
    """The data set that a user named.

    Parameters
    ----------
    data : str or path
        A name in `KNOWN`, a file `.npz`, or an image folder.
    shape : (int, int, int)
        Channels, height, width to which the pictures of a folder are resized.

    Raises
    ------
    ImagesError
        It is none of these, or damaged.
    """
    if str(data) in KNOWN:
        return KNOWN[str(data)]
    path = Path(data)
    if path.is_dir():
        return image_folder.open_set(path, shape)
    if path.suffix == npz_file.SUFFIX:
        return npz_file.open_set(path)
    raise ImagesError(
        f"no data set {str(data)!r}: expected {', '.join(KNOWN)}, a file {npz_file.SUFFIX} with images and labels, or a "
        f"folder with one sub-folder of pictures a class"
    )


def suited(
    name: str,
    input_shape: tuple[int, int, int],
    classes: int,
    class_names: tuple[str, ...] = (),
    trained_for: str | None = None,
    data: str | PathLike[str] | None = None,
) -> DataSet:
    """The data set to run a network on: `data`, or else the one that it was trained for.

    Parameters
    ----------
    name : str
        The network's, for messages.
    input_shape : (int, int, int)
    classes : int
        Outputs of the network.
    class_names : tuple of str
        Empty when unknown.
    trained_for : str, optional
        Name of the data set that the network was trained for.
    data : str or path, optional
        As for `find`.

    Raises
    ------
    ImagesError
        There is none, or its shape, number of classes or class names are not the network's.
    """
    if data is not None:
        found = find(data, input_shape)
    else:
        found = _of_network(name, input_shape, classes, trained_for)
    if found.shape != tuple(input_shape):
        raise ImagesError(
            f"network {name} takes images of {times(input_shape)} (channels x height x width), but those of {found.title} "
            f"are {times(found.shape)}"
        )
    if found.class_names and found.classes != classes:
        raise ImagesError(
            f"network {name} has {classes} classes, but {found.title} has {found.classes}, so its labels say nothing "
            f"about this network"
        )
    if found.classes > classes:
        raise ImagesError(
            f"network {name} has {classes} classes, so its labels are 0 to {classes - 1}, but {found.title} has the label "
            f"{found.classes - 1}"
        )
    if found.class_names and class_names and set(found.class_names) != set(class_names):
        raise ImagesError(
            f"network {name} has the classes {_some(class_names)}, but the images of {found.title} have "
            f"{_some(found.class_names)}: {_difference(class_names, found.class_names)}"
        )
    return found


def _of_network(name: str, input_shape: Sequence[int], classes: int, trained_for: str | None) -> DataSet:
    if trained_for is not None:
        if trained_for in KNOWN:
            return KNOWN[trained_for]
        raise ImagesError(
            f"network {name} belongs to the data set {trained_for}, which is none of {', '.join(KNOWN)}: name its images "
            f"with --data set.npz or --data FOLDER"
        )
    for one in KNOWN.values():
        if (one.shape, one.classes) == (tuple(input_shape), classes):
            return one
    known = ", ".join(f"{one.name} ({times(one.shape)}, {one.classes} classes)" for one in KNOWN.values())
    raise ImagesError(
        f"network {name} takes images of {times(input_shape)} in {classes} classes; the data sets here are {known}: name "
        f"images of its own with --data set.npz or --data FOLDER"
    )


def _some(names: Sequence[str], most: int = 10) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _difference(ours: Sequence[str], theirs: Sequence[str]) -> str:
    return f"only the images have {_some(sorted(set(theirs) - set(ours)))}"
