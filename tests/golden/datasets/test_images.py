from types import SimpleNamespace

import numpy as np
import pytest

from firstspike.golden.datasets import cifar10 as dataset
from firstspike.golden.datasets import digits, images
from firstspike.golden.datasets.images import ImagesError
from firstspike.golden.datasets.samples import draw


@pytest.fixture
def unreachable(monkeypatch, tmp_path):
    """No CIFAR-10 on this machine, and no way to it."""

    def download():
        raise dataset.UnreachableError("the address could not be fetched: no route")

    monkeypatch.delenv(dataset.DIRECTORY_VARIABLE, raising=False)
    monkeypatch.setattr(dataset, "DIRECTORY", tmp_path / "data")
    monkeypatch.setattr(dataset, "download", download)


def test_the_first_test_images_come_from_the_directory_that_is_found(monkeypatch, tmp_path):
    pixels = np.arange(5 * 3 * 32 * 32).astype(np.uint8).reshape(5, 3, 32, 32)
    monkeypatch.setattr(dataset, "find", lambda: tmp_path)
    monkeypatch.setattr(dataset, "read", lambda directory: (pixels, np.arange(5), ("a", "b", "c", "d", "e")))
    found = images.cifar10(2)
    assert (found.pixels == pixels[:2]).all() and found.labels.tolist() == [0, 1]
    assert found.class_names == ("a", "b", "c", "d", "e")
    assert found.source == f"CIFAR-10 test batch in {tmp_path}"


def test_a_missing_data_set_is_downloaded(monkeypatch, tmp_path):
    downloads = []
    monkeypatch.setattr(dataset, "find", lambda: None)
    monkeypatch.setattr(dataset, "DIRECTORY", tmp_path / "kept")
    monkeypatch.setattr(dataset, "download", lambda: downloads.append(True))
    monkeypatch.setattr(dataset, "read", lambda directory: (np.zeros((1, 3, 32, 32), np.uint8), np.array([0]), ("a",)))
    assert images.cifar10(1).source == f"CIFAR-10 test batch in {tmp_path / 'kept'}"
    assert downloads == [True]


def test_without_cifar10_and_network_the_sample_pictures_are_taken_and_the_source_says_so(unreachable):
    found = images.cifar10(13)
    assert found.pixels.shape == (13, 3, 32, 32) and found.pixels.dtype == np.uint8
    assert found.labels.tolist() == [*range(10), 0, 1, 2]
    assert found.class_names == tuple(f.__name__ for f in draw.CLASSES)
    assert found.source.startswith("13 sample pictures of this project (CIFAR-10 is not there and")
    assert "no route" in found.source and dataset.DIRECTORY_VARIABLE in found.source
    assert len(images.cifar10(100).labels) == 20


def test_a_wrong_directory_is_an_error_and_not_replaced_by_samples(unreachable, monkeypatch, tmp_path):
    monkeypatch.setenv(dataset.DIRECTORY_VARIABLE, str(tmp_path))
    with pytest.raises(ImagesError, match="CIFAR10_DIR is .*missing test_batch, batches.meta"):
        images.cifar10(1)


@pytest.mark.parametrize("count", [0, -1, 10_001])
def test_a_count_out_of_range_is_refused(count):
    with pytest.raises(ImagesError, match=f"expected 1 to 10000 images, got {count}"):
        images.cifar10(count)


def network(input_shape, class_names=(), classes=10, data_set=None):
    layer = SimpleNamespace(out_channels=classes)
    return SimpleNamespace(
        name="net", input_shape=input_shape, class_names=class_names, layers=[layer], data_set=data_set
    )


def test_a_network_gets_the_images_of_its_data_set(unreachable):
    found = images.for_network(network((1, 8, 8), digits.CLASS_NAMES))
    assert len(found.labels) == digits.TEST_IMAGES and "digits" in found.source
    assert np.array_equal(found.pixels, digits.split(training=False)[0])
    assert len(images.for_network(network((1, 8, 8)), batch=7).labels) == 357
    assert len(images.for_network(network((3, 32, 32))).labels) == dataset.DEFAULT_IMAGES == 20
    assert len(images.for_network(network((3, 32, 32)), batch=3).labels) == 18
    assert len(images.for_network(network((3, 32, 32)), 5).labels) == 5


@pytest.mark.parametrize(
    "other, count, message",
    [
        (network((3, 16, 16)), 1, r"net takes images of 3 x 16 x 16; the data sets here are digits \(1 x 8 x 8\)"),
        (network((1, 8, 8), tuple("abcdefghij")), 1, "has the classes a, b, c, .* but the images of .* have 0, 1, 2"),
        (network((3, 32, 32), classes=100), 1, "net has 100 classes, but CIFAR-10 has 10"),
        (network((3, 32, 32), digits.CLASS_NAMES), 1, "has the classes 0, 1, .* but the images of CIFAR-10 have airpl"),
        (network((3, 32, 32), data_set="svhn"), 1, "net belongs to the data set svhn; those here are digits"),
        (network((3, 32, 32), data_set="digits"), 1, "takes images of 3 x 32 x 32, which are those of cifar10"),
        (network((1, 8, 8)), 361, "expected 1 to 360 images, got 361"),
    ],
)
def test_networks_of_other_data_sets_are_refused(unreachable, other, count, message):
    with pytest.raises(ImagesError, match=message):
        images.for_network(other, count)


def test_a_network_that_does_not_say_what_it_was_trained_for_is_classified_with_that_remark(unreachable):
    remark = "the network names neither data set nor classes; assumed from its input of 1 x 8 x 8 and 10 classes"
    assert remark in images.for_network(network((1, 8, 8)), 1).source
    for known in (network((1, 8, 8), digits.CLASS_NAMES), network((1, 8, 8), data_set="digits")):
        assert "assumed" not in images.for_network(known, 1).source


def test_the_class_names_of_the_sample_pictures_are_those_of_cifar10():
    assert images.samples(1, "").class_names == dataset.CLASS_NAMES
