"""A small random checkpoint with everything an import has to deal with."""

import json

import numpy as np
import pytest
from safetensors.numpy import save_file

from firstspike.quant.importers.architecture import METADATA_KEY

CLASSES = 5


@pytest.fixture
def description():
    """Architecture document of the checkpoint: batch norm, pool, stride, non-square map, flattened map."""
    return {
        "name": "random",
        "input_shape": [3, 10, 8],
        "class_names": ["a", "b", "c", "d", "e"],
        "layers": [
            {
                "name": "conv0",
                "kind": "convolution",
                "weight": "conv0.weight",
                "batch_norm": "bn0",
                "padding": [1, 1],
                "pool": "max_2x2",
            },
            {
                "name": "conv1",
                "kind": "convolution",
                "weight": "conv1.weight",
                "bias": "conv1.bias",
                "stride": 2,
                "padding": [1, 0],
            },
            {"name": "hidden", "kind": "linear", "weight": "hidden.weight", "bias": "hidden.bias"},
            {
                "name": "output",
                "kind": "linear",
                "weight": "output.weight",
                "bias": "output.bias",
                "activation": "none",
            },
        ],
    }


@pytest.fixture
def tensors():
    rng = np.random.default_rng(7)

    def normal(*shape):
        return rng.normal(0, 0.2, shape).astype(np.float32)

    return {
        "conv0.weight": normal(9, 3, 3, 3),
        "bn0.weight": normal(9),
        "bn0.bias": normal(9),
        "bn0.running_mean": normal(9),
        "bn0.running_var": np.abs(normal(9)),
        "bn0.num_batches_tracked": np.array(3, dtype=np.int64),
        "conv1.weight": normal(6, 9, 3, 2).astype(np.float16),
        "conv1.bias": normal(6),
        "hidden.weight": normal(11, 6 * 3 * 2),
        "hidden.bias": normal(11),
        "output.weight": normal(CLASSES, 11),
        "output.bias": normal(CLASSES),
    }


@pytest.fixture
def write_checkpoint(tmp_path):
    """Function that writes a checkpoint and returns its path."""

    def write(tensors, description=None, name="random.safetensors", **metadata):
        if description is not None:
            metadata[METADATA_KEY] = json.dumps(description)
        path = tmp_path / name
        save_file(tensors, path, metadata=metadata)
        return path

    return write
