import json

import pytest
import torch

from firstspike.golden import network_file as files
from firstspike.golden.config import PRESETS
from firstspike.golden.network import NetworkError
from firstspike.quant import models
from firstspike.quant.mapper.mapper import MappingError


@pytest.fixture
def directory(tmp_path, monkeypatch):
    monkeypatch.setattr(models, "DIRECTORY", tmp_path)
    return tmp_path


def test_a_checkpoint_is_exported_once(directory, monkeypatch):
    first = models.load("vgg16_cifar10", "paper", 2)
    assert first.schedule.config == PRESETS["paper"] and first.schedule.batch == 2
    monkeypatch.setattr(models, "export", None)
    assert models.load("vgg16_cifar10", "paper", 2).stream == first.stream
    assert len(list(directory.iterdir())) == 1


def test_a_pytorch_file_is_a_model_like_others(directory, tmp_path):
    """It was read as a safetensors file: `header too large`."""
    layer = {"name": "fc", "kind": "linear", "weight": "fc.weight", "activation": "none"}
    described = {"name": "x", "input_shape": [1, 2, 2], "layers": [layer]}
    (tmp_path / "net.json").write_text(json.dumps(described))
    torch.save({"model": {"module.fc.weight": torch.full((2, 4), 0.5)}}, tmp_path / "net.pt")
    assert models.load(tmp_path / "net.pt", "tiny").network.maps() == [(1, 2, 2), (2, 1, 1)]


def test_a_network_file_brings_its_own_configuration(directory, make_network_file):
    network_file, _ = make_network_file(1, 2)
    path = directory / f"x{models.SUFFIX}"
    files.save(path, network_file)
    for config, batch in ((None, None), ("tiny", 2)):
        assert models.load(str(path), config, batch).stream == network_file.stream
    with pytest.raises(NetworkError, match="made for another configuration, tiny, which differs from paper in name"):
        models.load(str(path), "paper")
    with pytest.raises(NetworkError) as raised:
        models.load(str(path), "paper")
    assert f"firstspike export CHECKPOINT -o {path} --config paper --batch 2`" in str(raised.value)
    assert len(str(raised.value)) < 500  # the configurations themselves were twenty lines of JSON
    with pytest.raises(
        NetworkError, match="made for batches of 2, not 3: export the network again with .* --config tiny --batch 3"
    ):
        models.load(str(path), None, 3)


def test_an_unknown_model_is_refused_with_the_known_ones(directory):
    with pytest.raises(NetworkError, match="no model 'vgg99': expected one of .*vgg16_cifar10"):
        models.load("vgg99")


def test_a_model_that_does_not_fit_leaves_no_file(directory):
    with pytest.raises(MappingError):
        models.load("vgg16_cifar10", "tiny")
    assert list(directory.iterdir()) == []


def test_a_calibrated_model_is_another_file(directory):
    plain, calibrated = models.load("digits", "tiny"), models.load("digits", "tiny", calibration="50")
    assert calibrated.origin["calibration_images"] == 50 and plain.origin["calibration_images"] == 0
    assert models.load("digits", "tiny", calibration="50").stream == calibrated.stream
    assert len(list(directory.iterdir())) == 2
