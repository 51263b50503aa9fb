import hashlib
import pickle

import numpy as np
import pytest

from firstspike.golden.datasets import cifar10 as dataset
from firstspike.quant.training import cifar10_task as cifar10
from firstspike.quant.training.trainer import TrainingError


@pytest.fixture
def published(monkeypatch, tmp_path):
    """A small data set in the published form."""
    rng = np.random.default_rng(1)
    contents = {
        name: {b"data": rng.integers(0, 256, (2, 3072), dtype=np.uint8), b"labels": [index, 9 - index]}
        for index, name in enumerate((*cifar10.MD5, dataset.TEST_BATCH))
    }
    contents[dataset.META] = {b"label_names": [str(index).encode() for index in range(10)]}
    sums = {}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(pickle.dumps(content))
        sums[name] = hashlib.md5((tmp_path / name).read_bytes(), usedforsecurity=False).hexdigest()
    monkeypatch.setenv(dataset.DIRECTORY_VARIABLE, str(tmp_path))
    monkeypatch.setattr(cifar10, "MD5", {name: sums[name] for name in cifar10.MD5})
    monkeypatch.setattr(dataset, "MD5", {name: sums[name] for name in dataset.MD5})
    return tmp_path, contents


def test_five_batches_are_for_training_and_one_for_the_test(published):
    _, contents = published
    data = cifar10.load_cifar10()
    assert data.pixels.shape == (10, 3, 32, 32) and data.test_pixels.shape == (2, 3, 32, 32)
    assert data.labels.tolist() == [0, 9, 1, 8, 2, 7, 3, 6, 4, 5] and data.test_labels.tolist() == [5, 4]
    assert np.array_equal(data.pixels[3].ravel(), contents["data_batch_2"][b"data"][1])
    assert data.class_names == tuple(map(str, range(10)))


@pytest.mark.parametrize("name", ["data_batch_3", dataset.TEST_BATCH])
def test_damaged_and_missing_files_are_refused(published, name):
    directory, _ = published
    with open(directory / name, "ab") as file:
        file.write(b"x")
    with pytest.raises(TrainingError, match=f"{name} is not the published file"):
        cifar10.load_cifar10()
    (directory / name).unlink()
    with pytest.raises(TrainingError, match=f"training needs all files of CIFAR-10 .*{name}"):
        cifar10.load_cifar10()
