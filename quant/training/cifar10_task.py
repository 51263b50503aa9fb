"""The training images of CIFAR-10, from the directory of its Python version."""

import hashlib
import pickle

import numpy as np

from firstspike.golden.datasets import cifar10
from firstspike.quant.training.data import TrainingData
from firstspike.quant.training.trainer import TrainingError

MD5 = {
    "data_batch_1": "c99cafc152244af753f735de768cd75f",
    "data_batch_2": "d4bba439e000b95fd0a9bffe97cbabec",
    "data_batch_3": "54ebc095f3ab1f0389bbae665268c751",
    "data_batch_4": "634d18415352ddfa80567beed471001a",
    "data_batch_5": "482c414d41f54cd18b22e5b47cb7c3cb",
}
"""Checksums of the published files. Only a file that has its own is unpickled."""


def load_cifar10():
    """50,000 images to train on, 10,000 to test.

    Raises
    ------
    TrainingError
        The files are not in `$CIFAR10_DIR` or `data/cifar-10-batches-py`, or one is damaged.
    """
    try:
        directory = cifar10.find() or cifar10.DIRECTORY
        test_pixels, test_labels, class_names = cifar10.read(directory)
        pixels, labels = zip(*(_batch(directory / name, md5) for name, md5 in MD5.items()))
    except (cifar10.CIFAR10Error, OSError) as error:
        raise TrainingError(
            f"training needs all files of CIFAR-10 (Python version) in {cifar10.DIRECTORY} or "
            f"${cifar10.DIRECTORY_VARIABLE}: {error}"
        ) from None
    return TrainingData(
        "cifar10", np.concatenate(pixels), np.concatenate(labels), test_pixels, test_labels, class_names
    )


def _batch(path, md5):
    content = path.read_bytes()
    found = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if found != md5:
        raise cifar10.CIFAR10Error(f"{path} is not the published file: its MD5 checksum is {found}, expected {md5}")
    batch = pickle.loads(content, encoding="bytes")
    return batch[b"data"].reshape(-1, *cifar10.SHAPE), np.array(batch[b"labels"], dtype=np.int64)
