"""Labelled images in a file of the user's, and every way in which it may be wrong."""

import pickle
import zipfile

import numpy as np
import pytest

from firstspike.golden.datasets import npz_file
from firstspike.golden.datasets.data_set import ImagesError

IMAGES = np.random.default_rng(1).integers(0, 256, (12, 3, 5, 4), dtype=np.uint8)
LABELS = np.arange(12) % 2
NAMES = np.array(["cat", "dog"])


def save(path, **arrays):
    np.savez(path, **({"images": IMAGES, "labels": LABELS, "class_names": NAMES} | arrays))
    return path


@pytest.mark.parametrize("kind", [np.int64, np.uint8, np.int16, np.uint64])
def test_a_file_is_read_whatever_integers_its_labels_are(tmp_path, kind):
    data_set = npz_file.open_set(save(tmp_path / "pets.npz", labels=LABELS.astype(kind)))
    assert (data_set.name, data_set.shape, data_set.classes) == ("pets", (3, 5, 4), 2)
    found = data_set.first(7)
    assert np.array_equal(found.pixels, IMAGES[:7]) and np.array_equal(found.labels, LABELS[:7])
    assert found.labels.dtype == np.int64 and found.class_names == ("cat", "dog")
    assert found.source == str(tmp_path / "pets.npz")
    assert data_set.test_images == data_set.default_images == 12


def test_without_names_there_are_as_many_classes_as_the_labels_need(tmp_path):
    np.savez(tmp_path / "set.npz", images=IMAGES, labels=LABELS * 6)
    data_set = npz_file.open_set(tmp_path / "set.npz")
    assert data_set.classes == 7 and data_set.first(1).class_names == ()


def test_of_each_class_one_image_of_five_is_held_out_and_none_is_in_both_parts(tmp_path):
    data_set = npz_file.open_set(save(tmp_path / "pets.npz"))
    training, held_out = data_set.training(), data_set.held_out()
    assert np.array_equal(held_out.pixels, IMAGES[[0, 1, 10, 11]])
    assert np.array_equal(training.pixels, IMAGES[2:10]) and training.labels.tolist() == [0, 1] * 4


def test_a_class_that_cannot_be_split_is_named(tmp_path):
    labels = np.zeros(12, np.int64)
    labels[3] = 1
    data_set = npz_file.open_set(save(tmp_path / "pets.npz", labels=labels))
    with pytest.raises(ImagesError, match="two classes or more with two images or more each.*class dog has 1"):
        data_set.training()


@pytest.mark.parametrize(
    "arrays, message",
    [
        ({"labels": LABELS * 2}, r"expected labels from 0 to 1 \(the 2 class names\), got 2 as label of image 1"),
        ({"labels": -LABELS}, "expected labels from 0 to 1 .*, got -1 as label of image 1"),
        ({"labels": LABELS.astype(float)}, "expected labels as an array of integers, one an image, got float64"),
        ({"labels": LABELS.astype(bool)}, "expected labels as an array of integers, one an image, got bool"),
        ({"labels": LABELS[:11]}, "expected 12 labels, one an image, got 11"),
        ({"labels": np.eye(12, dtype=int)}, r"one an image, got int64 of shape \(12, 12\)"),
        ({"labels": np.full(12, 2**63, np.uint64)}, "expected labels from 0 to 1 .* got 9223372036854775808"),
        ({"images": IMAGES / 256}, "expected images as a uint8 array .* got float64"),
        ({"images": IMAGES.astype(np.int64)}, "expected images as a uint8 array .* got int64"),
        ({"images": IMAGES[0]}, r"expected images as a uint8 array \(N, channels, height, width\), .* \(3, 5, 4\)"),
        ({"images": IMAGES[:0], "labels": LABELS[:0]}, r"expected images .* got uint8 of shape \(0, 3, 5, 4\)"),
        ({"class_names": np.array(["cat", "cat"])}, "two classes are called 'cat'; give each a name of its own"),
        ({"class_names": np.array(["cat", " "])}, "expected class names in printable characters, got ' '"),
        ({"class_names": np.array(["cat", "a\x1b[2J"])}, "expected class names in printable characters"),
        ({"class_names": np.array([1, 2])}, "expected class_names as an array of text, got int64"),
        (
            {"class_names": np.array(["cat", "dog"], object)},
            "it holds pickled objects, which are not read; class names",
        ),
        ({"images": np.array([None, IMAGES], object)}, "it holds pickled objects"),
        ({"weights": LABELS}, "expected the arrays images, labels and perhaps class_names, got .*'weights'"),
    ],
)
def test_what_is_not_understood_is_refused_with_what_was_expected(tmp_path, arrays, message):
    path = save(tmp_path / "set.npz", **arrays)
    with pytest.raises(ImagesError, match=f"{path}: .*{message}"):
        npz_file.open_set(path)


def test_other_files_are_refused(tmp_path):
    path = tmp_path / "set.npz"
    with pytest.raises(ImagesError, match=f"cannot read {path}: No such file"):
        npz_file.open_set(path)
    np.savez(path, images=IMAGES)
    with pytest.raises(ImagesError, match="expected the arrays images, labels .* got 'images'"):
        npz_file.open_set(path)
    path.write_bytes(b"")
    with pytest.raises(ImagesError, match="a damaged or foreign one"):
        npz_file.open_set(path)
    with open(path, "wb") as file:
        np.save(file, IMAGES)
    with pytest.raises(ImagesError, match="numpy.savez wrote, got a single array"):
        npz_file.open_set(path)


def test_a_pickle_is_not_read(tmp_path):
    class Bomb:
        def __reduce__(self):
            return pytest.fail, ("unpickled",)

    path = tmp_path / "set.npz"
    path.write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(ImagesError, match="it holds pickled objects, which are not read"):
        npz_file.open_set(path)


@pytest.mark.parametrize("name", ["../images.npy", "/images.npy", "images.txt"])
def test_members_that_are_no_such_array_are_refused_and_nothing_is_written(tmp_path, name):
    (tmp_path / "in").mkdir()
    path = save(tmp_path / "in" / "set.npz")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, b"evil")
    with pytest.raises(ImagesError, match=f"{path}: expected the arrays images, labels and perhaps class_names"):
        npz_file.open_set(path)
    assert [one.name for one in tmp_path.rglob("*")] == ["in", "set.npz"]


def test_an_array_that_is_there_twice_is_refused(tmp_path):
    path = save(tmp_path / "set.npz")
    with zipfile.ZipFile(path) as archive:
        content = archive.read("labels.npy")
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(path, "a") as archive:
        archive.writestr("labels.npy", content)
    with pytest.raises(ImagesError, match="expected the arrays images, labels"):
        npz_file.open_set(path)


@pytest.mark.parametrize("compressed", [False, True])
def test_a_truncated_file_is_refused_wherever_it_ends(tmp_path, compressed):
    path = tmp_path / "set.npz"
    (np.savez_compressed if compressed else np.savez)(path, images=IMAGES, labels=LABELS, class_names=NAMES)
    whole = path.read_bytes()
    for end in range(0, len(whole), 7):
        path.write_bytes(whole[:end])
        with pytest.raises(ImagesError, match=str(path)):
            npz_file.open_set(path)


def test_a_damaged_file_is_refused_or_says_the_same(tmp_path):
    path = save(tmp_path / "set.npz")
    whole, refused = bytearray(path.read_bytes()), 0
    for place in range(len(whole)):
        damaged = whole.copy()
        damaged[place] ^= 0xFF
        path.write_bytes(damaged)
        try:
            found = npz_file.open_set(path).first(12)
        except ImagesError:
            refused += 1
        else:
            assert np.array_equal(found.pixels, IMAGES) and np.array_equal(found.labels, LABELS)
            assert found.class_names in (("cat", "dog"), ())
    assert refused > len(IMAGES.tobytes())
