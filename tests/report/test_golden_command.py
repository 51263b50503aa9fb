from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from firstspike.golden.counting import operations
from firstspike.golden.datasets import sample_pictures
from firstspike.golden.datasets.cifar10 import CLASS_NAMES
from firstspike.golden.evaluators import reference
from firstspike.quant import models
from firstspike.report.golden_command import golden
from tests.small_networks import save, small_network

pytestmark = pytest.mark.usefixtures("only_sample_pictures")


def invoke(*arguments):
    result = CliRunner().invoke(golden, [str(argument) for argument in arguments], env={"COLUMNS": "80"})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_run_prints_accuracy_and_counts_of_a_network_file(tmp_path):
    network = small_network(class_names=CLASS_NAMES)
    save(tmp_path / "small.firstspike", network)
    result = invoke(tmp_path / "small.firstspike", "--images", "20")
    assert result.exit_code == 0, result.output

    pictures = sample_pictures.read(20, "")
    evaluation = reference.run(network, pictures.pixels)
    correct = int((evaluation.classes(network) == pictures.labels).sum())
    assert f"({correct} of 20)" in result.output
    assert "images: 20 of 20 sample pictures of this project (for a test)" in result.output
    for row in operations.statistics(network, pictures.pixels, evaluation):
        assert f"{row['sops'] / 20:,.0f}" in result.output
        assert f"{row['silent_neurons'] / 20:,.0f}" in result.output
    assert all(len(line) <= 80 for line in result.output.splitlines())


def test_a_foreign_file_is_refused(tmp_path):
    (tmp_path / "foreign.firstspike").write_bytes(b"something else")
    result = invoke(tmp_path / "foreign.firstspike")
    assert result.exit_code == 1 and "is not a firstspike network file" in result.output


def test_a_network_for_other_images_is_refused(tmp_path):
    save(tmp_path / "other.firstspike", small_network(input_shape=(3, 16, 16)))
    result = invoke(tmp_path / "other.firstspike")
    assert result.exit_code == 1
    message = result.output.replace("\n", " ")
    assert "takes images of 3 x 16 x 16 in 10 classes; the data sets here are digits (1 x 8 x 8, 10 classes)" in message


def test_a_network_of_other_classes_is_refused(tmp_path):
    save(tmp_path / "other.firstspike", small_network(class_names=tuple("abcdefghij")))
    result = invoke(tmp_path / "other.firstspike")
    assert result.exit_code == 1 and "has the classes a, b, c" in result.output


def test_the_accuracy_of_a_network_of_another_data_set_is_an_error(tmp_path):
    """A network for CIFAR-100 takes the pictures of CIFAR-10, whose labels say nothing about it."""
    save(tmp_path / "cifar100.firstspike", small_network(classes=100))
    result = invoke(tmp_path / "cifar100.firstspike", "--data", "cifar10")
    assert result.exit_code == 1 and "accuracy" not in result.output
    message = " ".join(result.output.split())
    assert "network small has 100 classes, but CIFAR-10 has 10" in message
    named = replace(small_network(), data_set="svhn")
    save(tmp_path / "svhn.firstspike", named)
    result = invoke(tmp_path / "svhn.firstspike")
    assert result.exit_code == 1 and "name its images with --data set.npz or --data FOLDER" in result.output


def test_images_of_a_file_are_classified(tmp_path):
    network = small_network()
    save(tmp_path / "small.firstspike", network)
    pictures = sample_pictures.read(7, "")
    np.savez(tmp_path / "set.npz", images=pictures.pixels, labels=pictures.labels)
    result = invoke(tmp_path / "small.firstspike", "--data", tmp_path / "set.npz")
    assert result.exit_code == 0, result.output
    correct = int((reference.run(network, pictures.pixels).classes(network) == pictures.labels).sum())
    assert f"({correct} of 7)" in result.output and f"images: 7 of {tmp_path}/set.npz" in result.output


def test_an_inexact_network_is_refused(tmp_path):
    network = small_network()
    large = replace(network.layers[1], biases=np.full(10, (1 << 31) - 1))
    save(tmp_path / "large.firstspike", replace(network, layers=(network.layers[0], large)))
    result = invoke(tmp_path / "large.firstspike")
    assert result.exit_code == 1 and "layer fc, output channel 0" in result.output


@pytest.mark.parametrize("count", ["0", "many"])
def test_a_wrong_number_of_images_is_refused(count):
    assert invoke("small", "--images", count).exit_code == 2


def test_a_model_is_found_by_its_name(tmp_path, monkeypatch):
    monkeypatch.setattr(models, "DIRECTORY", tmp_path)
    result = invoke("digits", "--images", "20")
    assert result.exit_code == 0 and "of 20)" in result.output


def test_an_unknown_model_is_one_error():
    result = invoke("nothing")
    assert result.exit_code == 1 and "no model 'nothing': expected one of digits" in result.output
