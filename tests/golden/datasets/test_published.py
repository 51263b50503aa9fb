"""Published files: where they are found, how they are fetched, and what is refused."""

import hashlib
import io
import os
import pickle
import tarfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from firstspike.golden.datasets import cifar10, cifar100, published
from firstspike.golden.datasets.data_set import ImagesError
from firstspike.golden.datasets.published import UnreachableError


def md5(content):
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def pack(path, members):
    with tarfile.open(path, "w:gz") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


@pytest.fixture(params=[cifar10, cifar100], ids=["cifar10", "cifar100"])
def data_set(request, monkeypatch, tmp_path):
    """A data set module whose published files are small ones of this test, in an archive at a file address."""
    module, random = request.param, np.random.default_rng(1)
    contents = {
        name: pickle.dumps(
            {b"data": random.integers(0, 256, (3, 3072), dtype=np.uint8), module.LABELS: [index, 8, 9 - index]}
        )
        for index, name in enumerate((*module.TRAINING, *module.TEST))
    }
    archive = tmp_path / "server" / "archive.tar.gz"
    archive.parent.mkdir()
    pack(archive, {f"{module.FILES.folder}/{name}": content for name, content in contents.items()})
    folder = tmp_path / "own"
    folder.mkdir()
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    files = replace(
        module.FILES,
        url=archive.as_uri(),
        archive_md5=md5(archive.read_bytes()),
        md5={name: md5(content) for name, content in contents.items()},
    )
    monkeypatch.delenv(module.FILES.variable, raising=False)
    monkeypatch.setattr(published, "DATA", tmp_path / "data")
    monkeypatch.setattr(module, "FILES", files)
    return module


def changed_archive(module, monkeypatch, content):
    """An archive with the checksum that is expected of it: damage behind the first line of defence."""
    path = Path(module.FILES.url.removeprefix("file://"))
    path.write_bytes(content)
    monkeypatch.setattr(module, "FILES", replace(module.FILES, archive_md5=md5(content)))


def test_images_and_labels_of_test_and_training_are_read(data_set, monkeypatch, tmp_path):
    monkeypatch.setenv(data_set.FILES.variable, str(tmp_path / "own"))
    found = data_set.DATA_SET.first(2)
    raw = pickle.loads((tmp_path / "own" / data_set.TEST[0]).read_bytes())[b"data"]
    last = len(data_set.TRAINING)
    assert found.pixels.shape == (2, 3, 32, 32) and found.pixels.dtype == np.uint8
    assert found.pixels[1, 1, 5, 7] == raw[1, 1024 + 5 * 32 + 7]
    assert found.labels.tolist() == [last, 8] and found.labels.dtype == np.int64
    assert found.class_names == data_set.CLASS_NAMES and str(tmp_path / "own") in found.source
    training = data_set.DATA_SET.training()
    assert training.labels.tolist() == [label for index in range(last) for label in (index, 8, 9 - index)]
    assert data_set.DATA_SET.held_out().labels.tolist() == [last, 8, 9 - last]


def test_missing_files_are_downloaded_whole_and_kept(data_set):
    found = data_set.DATA_SET.training()
    directory = data_set.FILES.directory
    assert str(directory) in found.source
    assert sorted(os.listdir(directory)) == sorted(data_set.FILES.md5)
    Path(data_set.FILES.url.removeprefix("file://")).unlink()
    assert data_set.DATA_SET.first(1).labels.tolist() == [len(data_set.TRAINING)]


def test_the_environment_variable_comes_first(data_set, monkeypatch, tmp_path):
    assert data_set.FILES.find(data_set.TEST) is None
    data_set.FILES.download()
    assert data_set.FILES.find(data_set.TEST) == data_set.FILES.directory
    monkeypatch.setenv(data_set.FILES.variable, str(tmp_path / "own"))
    assert data_set.FILES.find(data_set.TEST) == tmp_path / "own"


def test_a_wrong_environment_variable_is_an_error_even_if_the_data_are_elsewhere(data_set, monkeypatch, tmp_path):
    data_set.FILES.download()
    (tmp_path / "own" / data_set.TEST[0]).unlink()
    monkeypatch.setenv(data_set.FILES.variable, str(tmp_path / "own"))
    message = f"{data_set.FILES.variable} is .*: expected the published files {data_set.TEST[0]} of .* missing"
    with pytest.raises(ImagesError, match=message):
        data_set.DATA_SET.first(1)
    data_set.DATA_SET.training()


@pytest.mark.parametrize("part", ["first", "training", "held_out"])
def test_a_file_that_is_not_the_published_one_is_never_unpickled(data_set, monkeypatch, tmp_path, part):
    class Bomb:
        def __reduce__(self):
            return pytest.fail, ("unpickled",)

    monkeypatch.setenv(data_set.FILES.variable, str(tmp_path / "own"))
    for name in data_set.FILES.md5:
        (tmp_path / "own" / name).write_bytes(pickle.dumps(Bomb()))
    read = getattr(data_set.DATA_SET, part)
    with pytest.raises(ImagesError, match="is not the published file of CIFAR-100? .* its MD5 checksum is"):
        read(1) if part == "first" else read()


@pytest.mark.parametrize("end", [0.5, 0.99])
def test_a_truncated_file_is_refused(data_set, monkeypatch, tmp_path, end):
    monkeypatch.setenv(data_set.FILES.variable, str(tmp_path / "own"))
    path = tmp_path / "own" / data_set.TEST[0]
    path.write_bytes(path.read_bytes()[: int(end * path.stat().st_size)])
    with pytest.raises(ImagesError, match=f"{path} is not the published file"):
        data_set.DATA_SET.first(1)


def test_a_damaged_download_is_refused_and_leaves_nothing(data_set):
    path = Path(data_set.FILES.url.removeprefix("file://"))
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ImagesError, match=f"expected {data_set.FILES.archive_md5}: the download is damaged"):
        data_set.DATA_SET.first(1)
    assert not published.DATA.exists()


def test_a_truncated_archive_is_refused_and_leaves_nothing(data_set, monkeypatch):
    content = Path(data_set.FILES.url.removeprefix("file://")).read_bytes()
    changed_archive(data_set, monkeypatch, content[: len(content) // 2])
    with pytest.raises(ImagesError, match="is not an archive, or it is truncated"):
        data_set.DATA_SET.first(1)
    assert not published.DATA.exists()


@pytest.mark.parametrize("name", ["../outside", "/outside", "{}/../../outside", "elsewhere/file"])
def test_members_that_would_leave_the_folder_are_refused_and_nothing_is_written(data_set, monkeypatch, tmp_path, name):
    name = name.format(data_set.FILES.folder)
    pack(tmp_path / "evil.tar.gz", {name: b"evil"})
    changed_archive(data_set, monkeypatch, (tmp_path / "evil.tar.gz").read_bytes())
    with pytest.raises(ImagesError, match=f"expected members in the folder {data_set.FILES.folder}, got '{name}'"):
        data_set.DATA_SET.training()
    assert not published.DATA.exists() and not list(tmp_path.rglob("outside"))


def test_an_archive_without_a_file_is_refused(data_set, monkeypatch, tmp_path):
    pack(tmp_path / "few.tar.gz", {f"{data_set.FILES.folder}/readme": b"nothing"})
    changed_archive(data_set, monkeypatch, (tmp_path / "few.tar.gz").read_bytes())
    with pytest.raises(ImagesError, match="lacks a file of"):
        data_set.DATA_SET.training()
    assert not published.DATA.exists()


def test_an_unreachable_server_is_named_with_what_to_do_and_leaves_nothing(data_set):
    Path(data_set.FILES.url.removeprefix("file://")).unlink()
    with pytest.raises(
        UnreachableError, match=f"could not be fetched: .* put its files .* or set {data_set.FILES.variable}"
    ):
        data_set.DATA_SET.training()
    assert not published.DATA.exists()


def test_without_cifar10_and_server_the_sample_pictures_are_taken_and_the_source_says_so(data_set):
    Path(data_set.FILES.url.removeprefix("file://")).unlink()
    if data_set is cifar100:
        with pytest.raises(UnreachableError, match="CIFAR-100 .* is not there"):
            data_set.DATA_SET.first(13)
        return
    found = data_set.DATA_SET.first(13)
    assert found.labels.tolist() == [*range(10), 0, 1, 2] and found.class_names == cifar10.CLASS_NAMES
    assert found.source.startswith("13 sample pictures of this project (CIFAR-10 (Python version) is not there and")
    assert len(data_set.DATA_SET.first(100).labels) == 20


def test_a_directory_that_cannot_be_written_is_named(data_set, tmp_path):
    (tmp_path / "data").write_text("in the way")
    with pytest.raises(ImagesError, match="cannot store CIFAR-100? .* in .*-py"):
        data_set.FILES.download()


def test_there_are_a_hundred_classes_in_the_order_of_their_names():
    assert len(set(cifar100.CLASS_NAMES)) == 100 and list(cifar100.CLASS_NAMES) == sorted(cifar100.CLASS_NAMES)
