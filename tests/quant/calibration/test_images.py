import json

import numpy as np
import pytest

from firstspike.golden.datasets import digits, published
from firstspike.quant.calibration import CalibrationError
from firstspike.quant.calibration.images import calibration_images
from firstspike.quant.importers.architecture import Architecture


@pytest.fixture
def digits_architecture(description):
    return Architecture.from_json(json.dumps(description | {"input_shape": [1, 8, 8], "class_names": []}), "test")


def test_digits_are_calibrated_with_training_images(digits_architecture):
    images, where = calibration_images(digits_architecture, 10, "7")
    assert np.array_equal(images, digits.split(training=True)[0][-7:])
    assert where == "the last 7 of handwritten digits (UCI), training images"


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
        (
            other,
            "10",
            "takes images of 3 x 10 x 8 in 10 classes; the data sets here are digits .*--calibration FILE.npy",
        ),
        (digits_architecture, "missing.npy", "cannot read missing.npy: No such file"),
        (digits_architecture, str(tmp_path / "text.npy"), "is not a .npy file"),
        (digits_architecture, str(tmp_path / "several.npz"), "holds several arrays"),
    ]:
        with pytest.raises(CalibrationError, match=message):
            calibration_images(architecture, 10, source)


def test_sample_pictures_do_not_stand_in_for_training_images(digits_architecture, monkeypatch, tmp_path):
    monkeypatch.delenv("CIFAR10_DIR", raising=False)
    monkeypatch.setattr(published, "DATA", tmp_path)
    monkeypatch.setattr(
        published.urllib.request, "urlopen", lambda *_, **__: (_ for _ in ()).throw(ConnectionError("no route"))
    )
    architecture = digits_architecture.model_copy(update={"input_shape": (3, 32, 32)})
    with pytest.raises(CalibrationError, match="calibration: CIFAR-10 .* is not there and .* no route"):
        calibration_images(architecture, 10, "10")


def test_a_set_of_the_users_calibrates_with_what_it_does_not_hold_out(digits_architecture, tmp_path):
    pixels = np.random.default_rng(1).integers(0, 256, (20, 1, 8, 8), dtype=np.uint8)
    np.savez(tmp_path / "set.npz", images=pixels, labels=np.arange(20) % 2)
    found, where = calibration_images(digits_architecture, 10, "15", tmp_path / "set.npz")
    held_out = {0, 1, 10, 11}
    assert np.array_equal(found, pixels[[index for index in range(20) if index not in held_out]][-15:])
    assert where == f"the last 15 of {tmp_path}/set.npz"
    with pytest.raises(CalibrationError, match="set.npz has 16 training images, expected at most that, got 17"):
        calibration_images(digits_architecture, 10, "17", tmp_path / "set.npz")
    with pytest.raises(CalibrationError, match="expected a number of images of .*set.npz, or a .npy file"):
        calibration_images(digits_architecture, 10, "images.npy", tmp_path / "set.npz")


def test_images_of_another_data_set_do_not_calibrate_a_network(digits_architecture):
    other = digits_architecture.model_copy(update={"input_shape": (3, 32, 32)})
    with pytest.raises(CalibrationError, match="has 100 classes, but CIFAR-10 has 10"):
        calibration_images(other, 100, "10", "cifar10")
    named = digits_architecture.model_copy(update={"data_set": "mnist"})
    with pytest.raises(CalibrationError, match="belongs to the data set mnist"):
        calibration_images(named, 10, "10")
