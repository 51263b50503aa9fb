"""A small random checkpoint for the digits, whose images the project ships."""

import json

import numpy as np
import pytest
from safetensors.numpy import save_file

from firstspike.golden.datasets import digits
from firstspike.quant.importers.architecture import METADATA_KEY

CHANNELS = 6


@pytest.fixture(scope="session")
def small_checkpoint(tmp_path_factory):
    """Path of a checkpoint of two layers."""
    rng = np.random.default_rng(9)
    inputs, height, width = digits.SHAPE
    classes = len(digits.CLASS_NAMES)
    description = {
        "name": "small",
        "input_shape": digits.SHAPE,
        "class_names": digits.CLASS_NAMES,
        "layers": [
            {"name": "conv", "kind": "convolution", "weight": "conv.weight", "padding": [1, 1], "pool": "max_2x2"},
            {"name": "fc", "kind": "linear", "weight": "fc.weight", "activation": "none"},
        ],
    }
    path = tmp_path_factory.mktemp("checkpoint") / "small.safetensors"
    save_file(
        {
            "conv.weight": rng.normal(0, 0.3, (CHANNELS, inputs, 3, 3)).astype(np.float32),
            "fc.weight": rng.normal(0, 0.3, (classes, CHANNELS * (height // 2) * (width // 2))).astype(np.float32),
        },
        path,
        metadata={METADATA_KEY: json.dumps(description)},
    )
    return path
