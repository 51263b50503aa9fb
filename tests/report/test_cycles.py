import pytest
from click.testing import CliRunner

from firstspike.golden import cycle_model
from firstspike.golden.config import PRESETS
from firstspike.golden.datasets import digits, sample_pictures
from firstspike.golden.evaluators import reference
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
