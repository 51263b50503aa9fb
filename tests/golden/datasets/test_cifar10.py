import hashlib
import pickle
import tarfile

import numpy as np
import pytest

from firstspike.golden.datasets import cifar10
from firstspike.golden.datasets.cifar10 import CIFAR10Error, UnreachableError


def md5(content):
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


@pytest.fixture
def published(monkeypatch, tmp_path):
    """A small data set in the published form, its archive at a file address, and an empty place for a download."""
    random = np.random.default_rng(1)
    contents = {
        cifar10.TEST_BATCH: pickle.dumps(
            {b"data": random.integers(0, 256, (4, 3072), dtype=np.uint8), b"labels": [3, 8, 8, 0]}
        ),
        cifar10.META: pickle.dumps({b"label_names": [b"airplane", b"automobile"]}),
    }
    folder = tmp_path / "server" / "cifar-10-batches-py"
    folder.mkdir(parents=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    archive = tmp_path / "server" / "cifar-10-python.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(folder, "cifar-10-batches-py")
    monkeypatch.delenv(cifar10.DIRECTORY_VARIABLE, raising=False)
    monkeypatch.setattr(cifar10, "MD5", {name: md5(content) for name, content in contents.items()})
    monkeypatch.setattr(cifar10, "ARCHIVE_MD5", md5(archive.read_bytes()))
    monkeypatch.setattr(cifar10, "URL", archive.as_uri())
    monkeypatch.setattr(cifar10, "DIRECTORY", tmp_path / "data" / "cifar-10-batches-py")
    return folder


def test_images_labels_and_class_names_are_read(published):
    pixels, labels, class_names = cifar10.read(published)
    raw = pickle.loads((published / cifar10.TEST_BATCH).read_bytes())[b"data"]
    assert pixels.shape == (4, 3, 32, 32) and pixels.dtype == np.uint8
    assert pixels[2, 1, 5, 7] == raw[2, 1024 + 5 * 32 + 7]
    assert labels.tolist() == [3, 8, 8, 0]
    assert class_names == ("airplane", "automobile")


def test_the_environment_variable_comes_first(published, monkeypatch, tmp_path):
    assert cifar10.find() is None
    cifar10.download()
    assert cifar10.find() == cifar10.DIRECTORY
    monkeypatch.setenv(cifar10.DIRECTORY_VARIABLE, str(published))
    assert cifar10.find() == published


def test_a_wrong_environment_variable_is_an_error_even_if_the_data_are_elsewhere(published, monkeypatch, tmp_path):
    cifar10.download()
    (published / cifar10.META).unlink()
    monkeypatch.setenv(cifar10.DIRECTORY_VARIABLE, str(published))
    with pytest.raises(CIFAR10Error, match="CIFAR10_DIR is .*: expected the files .* missing batches.meta"):
        cifar10.find()


def test_a_file_that_is_not_the_published_one_is_never_unpickled(published):
    class Bomb:
        def __reduce__(self):
            return pytest.fail, ("unpickled",)

    (published / cifar10.TEST_BATCH).write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(CIFAR10Error, match="test_batch is not the published file of CIFAR-10: its MD5 checksum is"):
        cifar10.read(published)


def test_a_download_keeps_exactly_the_test_batch_and_the_class_names(published):
    cifar10.download()
    assert sorted(path.name for path in cifar10.DIRECTORY.iterdir()) == ["batches.meta", "test_batch"]
    for name in cifar10.MD5:
        assert (cifar10.DIRECTORY / name).read_bytes() == (published / name).read_bytes()


def test_a_damaged_download_is_refused_and_leaves_nothing(published, monkeypatch):
    monkeypatch.setattr(cifar10, "ARCHIVE_MD5", "0" * 32)
    with pytest.raises(CIFAR10Error, match="expected 00000000000000000000000000000000: the download is damaged"):
        cifar10.download()
    assert not cifar10.DIRECTORY.exists()


def test_an_unreachable_server_is_named_and_leaves_nothing(published, monkeypatch, tmp_path):
    monkeypatch.setattr(cifar10, "URL", (tmp_path / "nothing.tar.gz").as_uri())
    with pytest.raises(UnreachableError, match="nothing.tar.gz could not be fetched"):
        cifar10.download()
    assert not cifar10.DIRECTORY.exists()


def test_a_directory_that_cannot_be_written_is_named(published, tmp_path):
    (tmp_path / "data").write_text("in the way")
    with pytest.raises(CIFAR10Error, match="cannot store CIFAR-10 in .*cifar-10-batches-py"):
        cifar10.download()
