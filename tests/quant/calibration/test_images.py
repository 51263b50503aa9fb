import json

import numpy as np
import pytest

from firstspike.golden.datasets import digits
from firstspike.golden.datasets.images import samples
from firstspike.quant.calibration import CalibrationError, images
from firstspike.quant.calibration.images import calibration_images
from firstspike.quant.importers.architecture import Architecture


@pytest.fixture
def digits_architecture(description):
    return Architecture.from_json(json.dumps(description | {"input_shape": [1, 8, 8], "class_names": []}), "test")


def test_digits_are_calibrated_with_training_images(digits_architecture):
    images, where = calibration_images(digits_architecture, 10, "7")
    assert np.array_equal(images, digits.split(training=True)[0][-7:])
    assert where == "the last 7 training images of the digits"


def test_images_can_come_from_a_file(digits_architecture, tmp_path):
    images = np.arange(128, dtype=np.uint8).reshape(2, 1, 8, 8)
    np.save(tmp_path / "images.npy", images)
    found, where = calibration_images(digits_architecture, 10, str(tmp_path / "images.npy"))
    assert np.array_equal(found, images) and where == str(tmp_path / "images.npy")


def test_unknown_data_sets_and_bad_files_are_refused(digits_architecture, description, tmp_path):
    (tmp_path / "text.npy").write_text("no array")
    np.savez(tmp_path / "several.npz", a=np.zeros(2))
    other = Architecture.from_json(json.dumps(description), "test")
    for architecture, source, message in [
        (digits_architecture, "1001", "expected 1 to 1000 images, got 1001"),
        (digits_architecture, "0", "expected 1 to 1000 images, got 0"),
        (other, "10", "takes images of 3 x 10 x 8; the data sets here are digits .* give --calibration a .npy file"),
        (digits_architecture, "missing.npy", "cannot read missing.npy: No such file"),
        (digits_architecture, str(tmp_path / "text.npy"), "is not a .npy file"),
        (digits_architecture, str(tmp_path / "several.npz"), "holds several arrays"),
    ]:
        with pytest.raises(CalibrationError, match=message):
            calibration_images(architecture, 10, source)


def test_sample_pictures_do_not_stand_in_for_cifar10(digits_architecture, monkeypatch):
    architecture = digits_architecture.model_copy(update={"input_shape": (3, 32, 32)})
    monkeypatch.setattr(images.image_sources, "cifar10", lambda count: samples(count, "CIFAR-10 is not there"))
    with pytest.raises(CalibrationError, match="calibration: .*CIFAR-10 is not there"):
        calibration_images(architecture, 10, "10")


def test_images_of_another_data_set_do_not_calibrate_a_network(digits_architecture):
    other = digits_architecture.model_copy(update={"input_shape": (3, 32, 32)})
    with pytest.raises(CalibrationError, match="has 100 classes, but CIFAR-10 has 10"):
        calibration_images(other, 100, "10")
    named = digits_architecture.model_copy(update={"data_set": "mnist"})
    with pytest.raises(CalibrationError, match="belongs to the data set mnist"):
        calibration_images(named, 10, "10")
