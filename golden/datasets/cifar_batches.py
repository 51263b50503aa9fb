"""The pickled batches in which both CIFAR data sets are published."""

import numpy as np

from firstspike.golden.datasets.data_set import Images
from firstspike.golden.datasets.published import Published

SHAPE = (3, 32, 32)


def read(files: Published, batches: tuple[str, ...], labels: bytes, class_names: tuple[str, ...], what: str) -> Images:
    """All images of some batches, which are downloaded if they are not there.

    Parameters
    ----------
    files : Published
    batches : tuple of str
        Files.
    labels : bytes
        What a batch calls its labels.
    class_names : tuple of str
    what : str
        The batches, for people.

    Raises
    ------
    UnreachableError
        The files are neither there nor to be fetched.
    ImagesError
        A file cannot be read or is not the published one.
    """
    directory = files.locate(batches)
    contents = [files.unpickle(directory, name) for name in batches]
    return Images(
        np.concatenate([content[b"data"].reshape(-1, *SHAPE) for content in contents]),
        np.concatenate([np.array(content[labels], dtype=np.int64) for content in contents]),
        class_names,
        f"{what} in {directory}",
    )
