import json
from pathlib import Path

import numpy as np
import pytest

from firstspike.quant.importers import checkpoint, vgg16
from firstspike.quant.importers.architecture import Architecture, load
from firstspike.quant.importers.checkpoint import CheckpointError

SHIPPED = Path("models/vgg16_cifar10.safetensors")
POOLED = (1, 3, 6, 9, 12)


def with_batch_norm(side=1):
    """Tensors of a thin VGG-16 in the form with separate batch norm, for inputs of 32 * side."""
    tensors = {}
    for index in range(13):
        tensors[f"features.{index}.conv.weight"] = np.zeros((2, 3 if index == 0 else 2, 3, 3))
    for index in range(3):
        tensors[f"classifier.{index}.linear.weight"] = np.zeros((2, 2 * side * side if index == 0 else 2))
    for name in [key.rsplit(".", 2)[0] for key in tensors]:
        tensors |= {
            f"{name}.bn.{parameter}": np.ones(2) for parameter in ("weight", "bias", "running_mean", "running_var")
        }
    return tensors


def derive(path):
    return Architecture.from_json(json.dumps(vgg16.architecture(checkpoint.read(path))), path)


def test_the_description_beside_the_shipped_checkpoint_is_the_one_of_its_metadata():
    shipped = load(SHIPPED.with_suffix(".json"))
    assert derive(SHIPPED) == shipped.model_copy(update={"class_names": (), "data_set": None})
    assert len(shipped.class_names) == 10 and shipped.data_set == "cifar10"


def test_the_form_with_batch_norm_is_recognised(write_checkpoint):
    path = write_checkpoint(
        with_batch_norm(side=2), arch="vgg16", pool_after="features.1,3,6,9,12 (2x2 max)", bn_eps="0.001"
    )
    described = derive(path)
    assert described.input_shape == (3, 64, 64)
    assert described.batch_norm_epsilon == 0.001
    assert [i for i, layer in enumerate(described.layers) if layer.pool == "max_2x2"] == list(POOLED)
    assert [layer.batch_norm for layer in described.layers] == [
        *(f"features.{i}.bn" for i in range(13)),
        *(f"classifier.{i}.bn" for i in range(3)),
    ]
    assert all(layer.bias is None for layer in described.layers)


@pytest.mark.parametrize(
    "metadata, message",
    [
        ({}, "expected metadata pool_after like 'features.1,3 .2x2 max.', got ''"),
        ({"pool_after": "features.1 (3x3 max)"}, "expected metadata pool_after"),
        ({"pool_after": "features.1 (2x2 max)", "layout": "HWIO"}, "expected tensors in the layout OIHW, got HWIO"),
    ],
)
def test_other_metadata_is_refused(write_checkpoint, metadata, message):
    path = write_checkpoint(with_batch_norm(), arch="vgg16", **metadata)
    with pytest.raises(CheckpointError, match=message):
        derive(path)


def test_a_missing_layer_is_named(write_checkpoint):
    tensors = with_batch_norm()
    del tensors["features.12.conv.weight"]
    path = write_checkpoint(tensors, arch="vgg16", pool_after="features.1 (2x2 max)")
    with pytest.raises(CheckpointError, match="has no tensor 'features.12.weight'"):
        derive(path)
