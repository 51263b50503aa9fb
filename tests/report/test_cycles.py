import numpy as np
import pytest
from click.testing import CliRunner

from firstspike.golden import cycle_model
from firstspike.golden.config import PRESETS
from firstspike.golden.datasets import digits, sample_pictures
from firstspike.golden.evaluators import reference
from firstspike.golden.evaluators.at_density import at_density, random_pixels
from firstspike.quant import models
from firstspike.quant.mapper import mapper
from firstspike.report.cycles import cycles
from tests.small_networks import save, small_network

pytestmark = pytest.mark.usefixtures("only_sample_pictures")


def invoke(*arguments):
    result = CliRunner().invoke(cycles, [str(argument) for argument in arguments], env={"COLUMNS": "80"})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_cycles_prints_the_prediction_of_the_network_file(tmp_path):
    network = small_network()
    save(tmp_path / "small.firstspike", network)
    result = invoke(tmp_path / "small.firstspike", "--images", "2")
    assert result.exit_code == 0, result.output

    pixels = sample_pictures.read(2, "").pixels
    predictions = cycle_model.predict(
        network, mapper.schedule(network, PRESETS["small"]), pixels, reference.run(network, pixels)
    )
    for index, prediction in enumerate(predictions):
        assert f"run {index}: {prediction.cycles:,} cycles" in result.output
    assert f"{sum(prediction.cycles for prediction in predictions) / 2:,.0f}" in result.output
    assert "configuration: small (16 lanes in 2 clusters, 64-bit network stream), batch 1" in result.output


def test_cycles_schedules_anew_for_another_configuration_and_batch(tmp_path):
    network = small_network()
    save(tmp_path / "small.firstspike", network)
    result = invoke(tmp_path / "small.firstspike", "--config", "paper", "--batch", "2")
    assert result.exit_code == 0, result.output

    pixels = sample_pictures.read(2, "").pixels
    (prediction,) = cycle_model.predict(
        network, mapper.schedule(network, PRESETS["paper"], 2), pixels, reference.run(network, pixels)
    )
    assert f"run 0: {prediction.cycles:,} cycles" in result.output
    assert "paper (128 lanes" in result.output


def test_cycles_refuses_what_cannot_be_mapped_with_the_resource_and_a_remedy(tmp_path):
    save(tmp_path / "small.firstspike", small_network())
    result = invoke(tmp_path / "small.firstspike", "--config", "tiny")
    assert result.exit_code == 1
    assert "image buffer (image_words), words: 1024 needed, 512 available; the preset small would do" in result.output


def test_cycles_refuses_a_part_of_a_batch(tmp_path):
    save(tmp_path / "small.firstspike", small_network())
    result = invoke(tmp_path / "small.firstspike", "--batch", "4", "--images", "6")
    assert result.exit_code == 1
    assert "expected whole batches of 4 images, got 6 images" in result.output


def test_cycles_refuses_an_unknown_configuration(tmp_path):
    save(tmp_path / "small.firstspike", small_network())
    result = invoke(tmp_path / "small.firstspike", "--config", "huge")
    assert result.exit_code == 1
    assert "unknown configuration 'huge'" in result.output


def test_a_model_is_found_by_its_name_and_exported_for_the_configuration(tmp_path, monkeypatch):
    monkeypatch.setattr(models, "DIRECTORY", tmp_path)
    result = invoke("digits", "--config", "tiny")
    assert result.exit_code == 0, result.output
    network_file = models.load("digits", "tiny")
    pixels = digits.test(1).pixels
    (prediction,) = cycle_model.predict(
        network_file.network, network_file.schedule, pixels, reference.run(network_file.network, pixels)
    )
    assert f"run 0: {prediction.cycles:,} cycles" in result.output


def test_a_density_of_spikes_needs_no_images_and_takes_those_that_are_named(tmp_path):
    network = small_network(input_shape=(3, 20, 20))  # of no data set that is known
    save(tmp_path / "small.firstspike", network)
    assert invoke(tmp_path / "small.firstspike").exit_code == 1
    pixels = random_pixels(network, 2)
    np.savez(tmp_path / "set.npz", images=pixels[::-1], labels=np.array([0, 1]))
    schedule = mapper.schedule(network, PRESETS["small"])
    for data, seen in (([], pixels), (["--data", tmp_path / "set.npz"], pixels[::-1])):
        result = invoke(tmp_path / "small.firstspike", "--density", "0.25", "--images", "2", *data)
        assert result.exit_code == 0, result.output
        assert "a random 25.00% of the hidden neurons fires" in result.output.replace("\n", " ")
        predictions = cycle_model.predict(network, schedule, seen, at_density(network, 0.25, 2))
        for index, prediction in enumerate(predictions):
            assert f"run {index}: {prediction.cycles:,} cycles" in result.output


def test_cycles_are_those_of_the_images_that_are_named(tmp_path):
    network = small_network(input_shape=(3, 20, 20))
    save(tmp_path / "small.firstspike", network)
    pixels = random_pixels(network, 1)
    np.savez(tmp_path / "set.npz", images=pixels, labels=np.array([3]))
    result = invoke(tmp_path / "small.firstspike", "--data", tmp_path / "set.npz")
    assert result.exit_code == 0, result.output
    schedule = mapper.schedule(network, PRESETS["small"])
    (prediction,) = cycle_model.predict(network, schedule, pixels, reference.run(network, pixels))
    assert f"run 0: {prediction.cycles:,} cycles" in result.output


@pytest.mark.parametrize("density", ["-0.1", "1.1", "many"])
def test_a_density_is_a_share(density):
    assert invoke("digits", "--density", density).exit_code == 2
