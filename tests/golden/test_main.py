from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from firstspike.golden import cycle_model, network_file
from firstspike.golden import exported_models as models
from firstspike.golden.__main__ import main
from firstspike.golden.config import PRESETS
from firstspike.golden.counting import counters, operations
from firstspike.golden.datasets import images
from firstspike.golden.evaluators import reference
from firstspike.golden.network import Layer, Network
from firstspike.golden.network_file import NetworkFile
from firstspike.golden.streams import network_stream as stream
from firstspike.quant.mapper import mapper


@pytest.fixture
def sample_pictures(monkeypatch):
    monkeypatch.setattr(images, "cifar10", lambda count: images.samples(count, "for a test"))


def small_network(input_shape=(3, 32, 32), class_names=()):
    rng = np.random.default_rng(1)

    def layer(name, shape, **fields):
        return Layer(
            name,
            rng.integers(0, 32, shape, dtype=np.uint8),
            np.zeros(shape[0], np.int64),
            rng.integers(0, 12, shape[0]),
            **fields,
        )

    side = ((input_shape[1] - 4) // 2 + 1) // 2
    return Network(
        "small",
        (layer("conv", (6, 3, 4, 4), stride=2, pool=True), layer("fc", (10, 6, side, side), fires=False)),
        input_shape,
        class_names=class_names,
    )


def save(path, network):
    schedule = mapper.schedule(network, PRESETS["small"])
    path.parent.mkdir(parents=True, exist_ok=True)
    network_file.save(path, NetworkFile(network, schedule, stream.encode(network, schedule)))


def invoke(*arguments):
    result = CliRunner().invoke(main, [str(argument) for argument in arguments], env={"COLUMNS": "80"})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_run_prints_accuracy_and_counts_of_a_network_file(tmp_path, sample_pictures):
    network = small_network()
    save(tmp_path / "small.firstspike", network)
    result = invoke("run", tmp_path / "small.firstspike", "--images", "20")
    assert result.exit_code == 0, result.output

    pictures = images.samples(20, "")
    evaluation = reference.run(network, pictures.pixels)
    correct = int((evaluation.classes(network) == pictures.labels).sum())
    assert f"({correct} of 20)" in result.output
    assert "images: 20 of 20 sample pictures of this project (for a test)" in result.output
    for row in operations.statistics(network, pictures.pixels, evaluation):
        assert f"{row['sops'] / 20:,.0f}" in result.output
        assert f"{row['silent_neurons'] / 20:,.0f}" in result.output
    assert all(len(line) <= 80 for line in result.output.splitlines())


def test_run_takes_the_name_of_a_model(tmp_path, sample_pictures, monkeypatch):
    monkeypatch.setattr(models, "DIRECTORY", tmp_path / "networks")
    save(tmp_path / "networks" / "small.firstspike", small_network())
    result = invoke("run", "small", "--images", "3")
    assert result.exit_code == 0 and "of 3)" in result.output


def test_a_missing_model_is_named_with_the_command_that_makes_it(tmp_path, monkeypatch):
    monkeypatch.setattr(models, "DIRECTORY", tmp_path)
    result = invoke("run", "nothing")
    assert result.exit_code == 1
    assert "Error: nothing is neither a network file nor the name of one" in result.output
    assert "firstspike export models/nothing.safetensors -o" in result.output


def test_a_foreign_file_is_refused(tmp_path):
    (tmp_path / "foreign").write_bytes(b"something else")
    result = invoke("run", tmp_path / "foreign")
    assert result.exit_code == 1 and "is not a firstspike network file" in result.output


def test_a_network_for_other_images_is_refused(tmp_path, sample_pictures):
    save(tmp_path / "other.firstspike", small_network(input_shape=(3, 16, 16)))
    result = invoke("run", tmp_path / "other.firstspike")
    assert result.exit_code == 1
    message = result.output.replace("\n", " ")
    assert "takes images of 3 x 16 x 16; the data sets here are CIFAR-10 (3 x 32 x 32)" in message


def test_a_network_of_other_classes_is_refused(tmp_path, sample_pictures):
    save(tmp_path / "other.firstspike", small_network(class_names=tuple("abcdefghij")))
    result = invoke("run", tmp_path / "other.firstspike")
    assert result.exit_code == 1 and "has the classes a, b, c" in result.output


def test_an_inexact_network_is_refused(tmp_path, sample_pictures):
    network = small_network()
    large = replace(network.layers[1], biases=np.full(10, (1 << 31) - 1))
    save(tmp_path / "large.firstspike", replace(network, layers=(network.layers[0], large)))
    result = invoke("run", tmp_path / "large.firstspike")
    assert result.exit_code == 1 and "layer fc, output channel 0" in result.output


@pytest.mark.parametrize("count", ["0", "many"])
def test_a_wrong_number_of_images_is_refused(count):
    assert invoke("run", "small", "--images", count).exit_code == 2


def test_counts_explains_every_count():
    result = CliRunner().invoke(main, ["counts"], env={"COLUMNS": "200"})
    assert result.exit_code == 0
    for count in (*operations.STATISTICS, *counters.ALL):
        assert count.name in result.output and count.unit in result.output
    assert "Effective_ACs" in result.output


def test_cycles_prints_the_prediction_of_the_network_file(tmp_path, sample_pictures):
    network = small_network()
    save(tmp_path / "small.firstspike", network)
    result = invoke("cycles", tmp_path / "small.firstspike", "--images", "2")
    assert result.exit_code == 0, result.output

    pixels = images.samples(2, "").pixels
    predictions = cycle_model.predict(
        network, mapper.schedule(network, PRESETS["small"]), pixels, reference.run(network, pixels)
    )
    for index, prediction in enumerate(predictions):
        assert f"run {index}: {prediction.cycles:,} cycles" in result.output
    assert f"{sum(prediction.cycles for prediction in predictions) / 2:,.0f}" in result.output
    assert "configuration: small (16 lanes in 2 clusters, 64-bit network stream), batch 1" in result.output


def test_cycles_schedules_anew_for_another_configuration_and_batch(tmp_path, sample_pictures):
    network = small_network()
    save(tmp_path / "small.firstspike", network)
    result = invoke("cycles", tmp_path / "small.firstspike", "--config", "paper", "--batch", "2")
    assert result.exit_code == 0, result.output

    pixels = images.samples(2, "").pixels
    (prediction,) = cycle_model.predict(
        network, mapper.schedule(network, PRESETS["paper"], 2), pixels, reference.run(network, pixels)
    )
    assert f"run 0: {prediction.cycles:,} cycles" in result.output
    assert "paper (128 lanes" in result.output


def test_cycles_refuses_what_cannot_be_mapped_with_the_resource_and_a_remedy(tmp_path, sample_pictures):
    save(tmp_path / "small.firstspike", small_network())
    result = invoke("cycles", tmp_path / "small.firstspike", "--config", "tiny")
    assert result.exit_code == 1
    assert "image buffer (image_words), words: 1024 needed, 512 available; the preset small would do" in result.output


def test_cycles_refuses_a_part_of_a_batch(tmp_path, sample_pictures):
    save(tmp_path / "small.firstspike", small_network())
    result = invoke("cycles", tmp_path / "small.firstspike", "--batch", "4", "--images", "6")
    assert result.exit_code == 1
    assert "expected whole batches of 4 images, got 6 images" in result.output


def test_cycles_refuses_an_unknown_configuration(tmp_path, sample_pictures):
    save(tmp_path / "small.firstspike", small_network())
    result = invoke("cycles", tmp_path / "small.firstspike", "--config", "huge")
    assert result.exit_code == 1
    assert "unknown configuration 'huge'" in result.output
