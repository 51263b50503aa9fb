"""Which images a network gets, and which are refused."""

from types import SimpleNamespace

import numpy as np
import pytest

from firstspike.golden.datasets import cifar10, digits, images, registry
from firstspike.golden.datasets.images import ImagesError

pytestmark = pytest.mark.usefixtures("only_sample_pictures")


def network(input_shape, class_names=(), classes=10, data_set=None):
    layer = SimpleNamespace(out_channels=classes)
    return SimpleNamespace(
        name="net", input_shape=input_shape, class_names=class_names, layers=[layer], data_set=data_set
    )


@pytest.fixture
def pets(tmp_path):
    """Six images of two classes."""
    pixels = np.random.default_rng(1).integers(0, 256, (6, 3, 5, 5), dtype=np.uint8)
    labels = np.array([0, 1, 1, 0, 1, 0])
    np.savez(tmp_path / "pets.npz", images=pixels, labels=labels, class_names=np.array(["cat", "dog"]))
    np.savez(tmp_path / "unnamed.npz", images=pixels, labels=labels)
    return tmp_path / "pets.npz"


def test_a_network_gets_the_images_of_its_data_set():
    found = images.for_network(network((1, 8, 8), digits.CLASS_NAMES))
    assert len(found.labels) == digits.TEST_IMAGES and "digits" in found.source
    assert np.array_equal(found.pixels, digits.split(training=False)[0])
    assert len(images.for_network(network((1, 8, 8)), batch=7).labels) == 357
    assert len(images.for_network(network((3, 32, 32))).labels) == 20
    assert len(images.for_network(network((3, 32, 32)), batch=3).labels) == 18
    assert len(images.for_network(network((3, 32, 32)), 5).labels) == 5


def test_networks_of_one_shape_are_told_by_their_classes():
    assert images.data_set_of(network((3, 32, 32), classes=100)) is registry.KNOWN["cifar100"]
    assert images.data_set_of(network((3, 32, 32), classes=10)) is registry.KNOWN["cifar10"]
    assert images.data_set_of(network((3, 64, 64), classes=200)) is registry.KNOWN["tinyimagenet"]


@pytest.mark.parametrize(
    "other, count, message",
    [
        (
            network((3, 16, 16)),
            1,
            r"net takes images of 3 x 16 x 16 in 10 classes; the data sets here are digits \(1 x",
        ),
        (
            network((3, 32, 32), classes=7),
            1,
            "takes images of 3 x 32 x 32 in 7 classes; .* --data set.npz or --data FOL",
        ),
        (network((1, 8, 8), tuple("abcdefghij")), 1, "has the classes a, b, c, .* but the images of .* have 0, 1, 2"),
        (network((3, 32, 32), digits.CLASS_NAMES), 1, "has the classes 0, 1, .* but the images of CIFAR-10 have airpl"),
        (
            network((3, 32, 32), data_set="svhn"),
            1,
            "net belongs to the data set svhn, which is none of digits, .*--data",
        ),
        (
            network((3, 32, 32), data_set="digits"),
            1,
            "takes images of 3 x 32 x 32 .* but those of hand.* are 1 x 8 x 8",
        ),
        (network((3, 32, 32), data_set="cifar10", classes=9), 1, "net has 9 classes, but CIFAR-10 has 10"),
        (network((1, 8, 8)), 361, "expected 1 to 360 images, got 361"),
    ],
)
def test_networks_of_other_data_sets_are_refused(other, count, message):
    with pytest.raises(ImagesError, match=message):
        images.for_network(other, count)


@pytest.mark.parametrize("count", [-1, 10_001])
def test_a_count_out_of_range_is_refused(count):
    with pytest.raises(ImagesError, match=f"CIFAR-10: expected 1 to 10000 images, got {count}"):
        images.for_network(network((3, 32, 32)), count)


def test_a_network_that_does_not_say_what_it_was_trained_for_is_classified_with_that_remark():
    remark = "the network names neither data set nor classes; assumed from its input of 1 x 8 x 8 and 10 classes"
    assert remark in images.for_network(network((1, 8, 8)), 1).source
    for known in (network((1, 8, 8), digits.CLASS_NAMES), network((1, 8, 8), data_set="digits")):
        assert "assumed" not in images.for_network(known, 1).source


def test_a_set_of_the_users_suits_every_network_of_its_shape_and_classes(pets):
    for other in (
        network((3, 5, 5), classes=2),
        network((3, 5, 5), ("cat", "dog"), 2),
        network((3, 5, 5), ("cat", "dog"), 2, data_set="animals"),
    ):
        found = images.for_network(other, data=pets)
        assert found.labels.tolist() == [0, 1, 1, 0, 1, 0] and found.source == str(pets)
    assert images.for_network(network((3, 5, 5), classes=7), data=pets.parent / "unnamed.npz").labels.max() == 1


def test_labels_go_by_the_names_of_the_network(pets):
    found = images.for_network(network((3, 5, 5), ("dog", "cat"), 2), data=pets)
    assert found.labels.tolist() == [1, 0, 0, 1, 0, 1] and found.class_names == ("dog", "cat")
    unnamed = images.for_network(network((3, 5, 5), ("dog", "cat"), 2), data=pets.parent / "unnamed.npz")
    assert unnamed.labels.tolist() == [0, 1, 1, 0, 1, 0] and unnamed.class_names == ("dog", "cat")


@pytest.mark.parametrize(
    "other, data, message",
    [
        (
            network((1, 5, 5), classes=2),
            "pets.npz",
            "takes images of 1 x 5 x 5 .* but those of .*pets.npz are 3 x 5 x 5",
        ),
        (network((3, 5, 6), classes=2), "pets.npz", "takes images of 3 x 5 x 6"),
        (network((3, 5, 5), classes=3), "pets.npz", "has 3 classes, but .*pets.npz has 2, so its labels say nothing"),
        (network((3, 5, 5), classes=1), "unnamed.npz", "its labels are 0 to 0, but .*unnamed.npz has the label 1"),
        (
            network((3, 5, 5), ("cat", "cow"), 2),
            "pets.npz",
            "classes cat, cow, but .* cat, dog: only the images have dog",
        ),
        (
            network((3, 5, 5), classes=2),
            "pets.jpg",
            "no data set .*pets.jpg': expected digits, cifar10, .* a file .npz",
        ),
        (network((3, 5, 5), classes=2), "none.npz", "cannot read .*none.npz: No such file"),
    ],
)
def test_a_set_of_the_users_that_does_not_suit_is_one_error(pets, other, data, message):
    with pytest.raises(ImagesError, match=message):
        images.for_network(other, data=pets.parent / data)


def test_a_name_is_the_known_data_set_and_a_path_is_the_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "digits").mkdir()
    assert registry.find("digits", (1, 8, 8)) is registry.KNOWN["digits"]
    with pytest.raises(ImagesError, match="digits: expected one sub-folder of pictures a class"):
        registry.find("./digits", (1, 8, 8))


def test_every_known_data_set_is_called_as_its_entry_and_names_its_classes():
    for name, one in registry.KNOWN.items():
        assert one.name == name and len(one.class_names) == one.classes
    assert registry.KNOWN["cifar10"].class_names == cifar10.CLASS_NAMES
