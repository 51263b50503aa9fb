import numpy as np
import pytest

import firstspike
from firstspike.golden import network_file as files
from firstspike.golden.config import PRESETS, ConfigurationError
from firstspike.golden.datasets import registry
from firstspike.golden.evaluators import reference
from firstspike.golden.network_file import NetworkFileError
from firstspike.quant import models


@pytest.fixture(scope="module")
def digits():
    return firstspike.Model.load("digits").export(config="tiny")


def test_an_exported_model_is_saved_as_a_network_file(digits, tmp_path):
    digits.save(tmp_path / "digits.firstspike")
    loaded = files.load(tmp_path / "digits.firstspike")
    assert loaded.stream == digits.network_file.stream
    assert loaded.schedule.config == PRESETS["tiny"] and loaded.schedule.batch == 1


def test_its_text_is_one_line(digits):
    assert repr(digits) == "<digits for tiny, batch 1>"


def test_the_golden_model_evaluates_it(digits):
    found = registry.KNOWN["digits"].test(40)
    evaluation = digits.evaluate(found.pixels)
    expected = reference.run(digits.network_file.network, found.pixels)
    np.testing.assert_array_equal(evaluation.potentials, expected.potentials)
    assert (digits.classify(found.pixels) == found.labels).mean() > 0.9


def test_images_of_its_data_set_or_of_the_users_are_taken_as_they_are(digits, tmp_path):
    found = digits.images(30)
    assert np.array_equal(found.pixels, registry.KNOWN["digits"].test(30).pixels)
    np.savez(tmp_path / "set.npz", images=found.pixels[:9], labels=found.labels[:9])
    own = digits.images(data=tmp_path / "set.npz")
    assert own.class_names == tuple("0123456789") and own.labels.tolist() == found.labels[:9].tolist()
    assert digits.classify(own).tolist() == digits.classify(found.pixels[:9]).tolist()
    np.testing.assert_array_equal(digits.evaluate(own).potentials, digits.evaluate(own.pixels).potentials)


def test_a_number_of_calibration_images_means_those_for_training(tmp_path):
    training = registry.KNOWN["digits"].training().pixels
    model = firstspike.Model.load("digits")
    streams = [
        model.export("tiny", calibration=calibration).network_file.stream for calibration in (30, training[-30:])
    ]
    assert streams[0] == streams[1]
    np.savez(tmp_path / "set.npz", images=training[:60], labels=registry.KNOWN["digits"].training().labels[:60])
    own = model.export("tiny", calibration=30, data=tmp_path / "set.npz").network_file
    assert own.origin["calibration_images"] == 30 and own.stream != streams[0]


def test_the_rtl_equals_it(digits, tiny):
    pixels = registry.KNOWN["digits"].test(2).pixels
    result = digits.simulate(pixels, stall=0.1, simulator=tiny)
    assert result.bit_exact
    np.testing.assert_array_equal(result.classes, digits.classify(pixels))


def test_options_of_the_export_are_passed_on():
    model = firstspike.Model.load(models.CHECKPOINTS / "digits.safetensors")
    exported = model.export(PRESETS["small"], batch=2, calibration=registry.KNOWN["digits"].test(4).pixels).network_file
    assert exported.schedule.config == PRESETS["small"] and exported.schedule.batch == 2
    assert exported.origin["calibration_images"] == 4 and exported.origin["checkpoint"] == "digits.safetensors"


def test_a_module_is_loaded_with_the_shape_of_its_images():
    import torch

    module = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 8), torch.nn.ReLU(), torch.nn.Linear(8, 10))
    pixels = registry.KNOWN["digits"].test(20).pixels
    exported = firstspike.Model.load(module, input_shape=(1, 8, 8)).export("tiny", calibration=pixels)
    assert exported.evaluate(pixels[:2]).potentials.shape == (2, 10)


def test_what_is_not_there_is_named():
    with pytest.raises(NetworkFileError, match="no model 'lenet': expected one of digits"):
        firstspike.Model.load("lenet")
    with pytest.raises(ConfigurationError, match="unknown configuration 'huge'"):
        firstspike.Model.load("digits").export("huge")
    with pytest.raises(AttributeError, match="no attribute 'Modell'"):
        firstspike.Modell  # noqa: B018
