import json

import numpy as np
import pytest

from firstspike import golden
from firstspike.golden.config import PRESETS, HardwareConfig
from firstspike.golden.network import NetworkError
from firstspike.quant.codes.ttfs import QuantisationError, quantise
from firstspike.quant.importers import checkpoint
from firstspike.quant.importers.architecture import Architecture, ArchitectureError
from firstspike.quant.importers.batch_norm import BatchNormError
from firstspike.quant.importers.checkpoint import CheckpointError
from firstspike.quant.importers.importer import import_network

TINY = PRESETS["tiny"]


@pytest.fixture
def imported(write_checkpoint):
    def run(tensors, description, config=TINY):
        trained = checkpoint.read(write_checkpoint(tensors))
        return import_network(trained, Architecture.from_json(json.dumps(description), "test"), config)

    return run


def test_every_layer_is_folded_flattened_and_rounded(imported, tensors, description):
    network, errors = imported(tensors, description)
    assert network.maps() == [(3, 10, 8), (9, 5, 4), (6, 3, 2), (11, 1, 1), (5, 1, 1)]
    assert (network.time_steps, network.fraction_bits, network.acc_bits) == (24, 21, 32)
    assert network.class_names == ("a", "b", "c", "d", "e")
    assert [layer.fires for layer in network.layers] == [True, True, True, False]
    assert [error["layer"] for error in errors] == ["conv0", "conv1", "hidden", "output"]

    def wide(name):
        return tensors[name].astype(np.float64)

    scale = wide("bn0.weight") / np.sqrt(wide("bn0.running_var") + 1e-5)
    folded = {
        "conv0": (
            wide("conv0.weight") * scale[:, None, None, None],
            (0 - wide("bn0.running_mean")) * scale + wide("bn0.bias"),
        ),
        "conv1": (wide("conv1.weight"), wide("conv1.bias")),
        "hidden": (wide("hidden.weight").reshape(11, 6, 3, 2), wide("hidden.bias")),
        "output": (wide("output.weight").reshape(5, 11, 1, 1), wide("output.bias")),
    }
    for layer in network.layers:
        expected = quantise(*folded[layer.name], 21, layer.fires)
        assert np.array_equal(layer.weights, expected.weights)
        assert np.array_equal(layer.biases, expected.biases)
        assert np.array_equal(layer.offsets, expected.offsets)


@pytest.mark.parametrize(
    "name, shape, message",
    [
        ("conv1.weight", (6, 8, 3, 2), r"layer conv1: expected 'conv1.weight' of shape \(out, 9, kernel_h, kernel_w\)"),
        ("conv1.weight", (6, 9), r"layer conv1: .* got \(6, 9\)"),
        ("conv1.bias", (5,), r"layer conv1: expected 'conv1.bias' of shape \(6,\), got \(5,\)"),
        (
            "hidden.weight",
            (11, 35),
            r"layer hidden: .* shape \(out, 36\) for the map of 6 x 3 x 2 before it, got \(11, 35",
        ),
        ("conv0.weight", (0, 3, 3, 3), "layer conv0: .* has no weights"),
    ],
)
def test_tensors_of_another_shape_are_refused(imported, tensors, description, name, shape, message):
    with pytest.raises(ArchitectureError, match=message):
        imported(tensors | {name: np.ones(shape)}, description)


def test_a_batch_norm_of_another_size_is_refused(imported, tensors, description):
    sizes = {f"bn0.{name}": np.ones(8) for name in ("weight", "bias", "running_mean", "running_var")}
    with pytest.raises(BatchNormError, match="layer conv0: batch norm: expected 9 channels"):
        imported(tensors | sizes, description)


def test_a_missing_tensor_is_refused(imported, tensors, description):
    del tensors["bn0.running_var"]
    with pytest.raises(CheckpointError, match="layer conv0: .* has no tensor 'bn0.running_var'"):
        imported(tensors, description)


def test_a_tensor_that_no_layer_uses_is_refused(imported, tensors, description):
    with pytest.raises(ArchitectureError, match="only part of .* no layer has the tensor 'conv2.bias' .nor 1 more"):
        imported(tensors | {"conv2.bias": np.ones(3), "conv3.bias": np.ones(3)}, description)


def test_a_tensor_that_has_a_second_name_is_used(tensors, description):
    trained = checkpoint.Checkpoint("test", tensors | {"again.weight": tensors["conv1.weight"]}, {})
    del tensors["bn0.num_batches_tracked"], trained.tensors["bn0.num_batches_tracked"]
    parsed = Architecture.from_json(json.dumps(description), "test")
    import_network(trained, parsed, TINY)
    trained.tensors["again.weight"] = tensors["conv1.weight"].copy()
    with pytest.raises(ArchitectureError, match="no layer has the tensor 'again.weight'"):
        import_network(trained, parsed, TINY)


def test_values_that_are_not_finite_are_refused(imported, tensors, description):
    tensors["hidden.weight"][3, 4] = np.nan
    with pytest.raises(CheckpointError, match=r"layer hidden: tensor 'hidden.weight' .* but is nan at \(3, 4"):
        imported(tensors, description)


def test_a_value_outside_the_formats_is_refused_with_its_layer(imported, tensors, description):
    tensors["hidden.bias"][2] = 1e6
    with pytest.raises(QuantisationError, match="layer hidden: channel 2: the bias"):
        imported(tensors, description)


def test_channels_whose_potential_could_overflow_get_larger_offsets(imported, tensors, description):
    wide, _ = imported(tensors, description)
    narrow, _ = imported(tensors, description, HardwareConfig.from_dict(TINY.model_dump() | {"acc_bits": 23}))
    raised = [(one.offsets > other.offsets).any() for one, other in zip(narrow.layers, wide.layers)]
    assert raised[0]
    images = np.random.default_rng(1).integers(0, 256, (60, 3, 10, 8), dtype=np.uint8)

    def logits(network):
        return golden.run(network, images).potentials * 2.0 ** (network.layers[-1].offsets / 4 - 21)

    assert np.corrcoef(logits(narrow).ravel(), logits(wide).ravel())[0, 1] > 0.95


def test_a_global_average_pool_over_a_large_map_is_representable(imported):
    # 256 positions times 16 channels with nearly equal weights: 4,096 products of up to 1, but only 1,024 fit 32 bits.
    rng = np.random.default_rng(2)
    tensors = {
        "conv.weight": rng.normal(0, 1, (16, 1, 1, 1)).astype(np.float32),
        "fc.weight": rng.uniform(0.8, 1, (3, 16)).astype(np.float32),
    }
    description = {
        "name": "pooled",
        "input_shape": [1, 16, 16],
        "layers": [
            {"name": "conv", "kind": "convolution", "weight": "conv.weight", "pool": "average_global"},
            {"name": "fc", "kind": "linear", "weight": "fc.weight", "activation": "none"},
        ],
    }
    network, errors = imported(tensors, description)
    assert errors[-1]["potential_bits"] == 32 and errors[-1]["flushed_weights"] == 0
    images = (rng.random((50, 1, 1, 1)) * rng.integers(0, 256, (50, 1, 16, 16))).astype(np.uint8)
    hidden = np.clip(images / 256 * tensors["conv.weight"].reshape(1, 16, 1, 1), 0, 1).mean(axis=(2, 3))
    wanted = hidden @ tensors["fc.weight"].T
    found = golden.run(network, images).potentials * 2.0 ** (network.layers[-1].offsets / 4 - 21)
    assert np.corrcoef(found.ravel(), wanted.ravel())[0, 1] > 0.99


def test_a_membrane_potential_that_may_overflow_with_any_offsets_is_refused(imported):
    narrow = HardwareConfig.from_dict(TINY.model_dump() | {"acc_bits": 23})
    tensors = {"fc.weight": np.ones((2, 400), np.float32)}
    description = {
        "name": "wide",
        "input_shape": [1, 20, 20],
        "layers": [{"name": "fc", "kind": "linear", "weight": "fc.weight", "activation": "none"}],
    }
    with pytest.raises(
        NetworkError,
        match="layer fc, output channel 0: the membrane potential may be anything from "
        "0 to .*, which does not fit 23 bits",
    ):
        imported(tensors, description, narrow)


def test_a_product_that_would_lose_bits_is_refused(imported, tensors, description):
    coarse = HardwareConfig.from_dict(TINY.model_dump() | {"fraction_bits": 15})
    with pytest.raises(NetworkError, match="layer conv0: the product of weight code .* fraction bits, but F is 15"):
        imported(tensors, description, coarse)


def test_another_number_of_class_names_is_refused(imported, tensors, description):
    with pytest.raises(ArchitectureError, match="names 4 classes, but the output layer has 5"):
        imported(tensors, description | {"class_names": ["a", "b", "c", "d"]})


def test_a_kernel_larger_than_its_map_is_refused(imported, tensors, description):
    description["input_shape"] = [3, 4, 4]
    description["layers"][1]["padding"] = [0, 0]
    with pytest.raises(ArchitectureError, match="layer conv1: kernel 3 x 2 with padding 0 x 0 leaves nothing of"):
        imported(tensors, description)


def test_an_output_layer_that_leaves_a_map_is_refused(imported):
    tensors = {"conv.weight": np.ones((2, 1, 3, 3), np.float32)}
    description = {
        "name": "map",
        "input_shape": [1, 4, 5],
        "layers": [{"name": "conv", "kind": "convolution", "weight": "conv.weight", "activation": "none"}],
    }
    with pytest.raises(
        NetworkError, match="layer conv: the output layer must end in a 1 x 1 map without pool, not 2 x 3"
    ):
        imported(tensors, description)


def test_calibration_names_the_layer_that_the_formats_cannot_hold(write_checkpoint, tensors, description):
    tensors["hidden.bias"][2] = 1e6
    trained = checkpoint.read(write_checkpoint(tensors))
    images = np.random.default_rng(3).integers(0, 256, (20, 3, 10, 8), dtype=np.uint8)
    with pytest.raises(QuantisationError, match="layer hidden: channel 2: the bias"):
        import_network(trained, Architecture.from_json(json.dumps(description), "test"), TINY, images)
