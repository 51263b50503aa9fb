"""The architecture of a VGG-16 checkpoint, from its metadata and the shapes of its tensors."""

import math
import re

from firstspike.quant.importers.checkpoint import CheckpointError

NAME = "vgg16"
CONVOLUTIONS = 13
FULLY_CONNECTED = 3
LAYOUT = "OIHW"


def architecture(checkpoint):
    """The document for `quant.importers.architecture.Architecture.from_json`.

    Two forms of tensor names are known: `features.N.{weight,bias}` and `classifier.N.{weight,bias}`; and with batch
    norm `features.N.conv.weight`, `classifier.N.linear.weight` and `*.bn.*`. The metadata gives `pool_after`, and
    optionally `bn_eps` and `layout`.

    Raises
    ------
    CheckpointError
        The metadata or the tensors are not those of a VGG-16.
    """
    layout = checkpoint.metadata.get("layout", LAYOUT)
    if layout != LAYOUT:
        raise CheckpointError(f"checkpoint {checkpoint.path}: expected tensors in the layout {LAYOUT}, got {layout}")
    pooled = _pooled(checkpoint)
    layers = [
        _layer(
            checkpoint,
            f"features.{index}",
            "conv",
            kind="convolution",
            padding=(1, 1),
            pool="max_2x2" if index in pooled else "none",
        )
        for index in range(CONVOLUTIONS)
    ]
    layers += [_layer(checkpoint, f"classifier.{index}", "linear", kind="linear") for index in range(FULLY_CONNECTED)]
    layers[-1]["activation"] = "none"

    last_channels = checkpoint.tensor(layers[CONVOLUTIONS - 1]["weight"], NAME).shape[0]
    positions = checkpoint.tensor(layers[CONVOLUTIONS]["weight"], NAME).shape[1] // last_channels
    side = math.isqrt(positions) << len(pooled)
    document = {
        "name": checkpoint.path.stem,
        "input_shape": (checkpoint.tensor(layers[0]["weight"], NAME).shape[1], side, side),
        "layers": layers,
    }
    if "bn_eps" in checkpoint.metadata:
        document["batch_norm_epsilon"] = checkpoint.metadata["bn_eps"]
    return document


def _pooled(checkpoint):
    """Indices of the convolutions before a pool, from metadata such as `features.1,3,6,9,12 (2x2 max)`."""
    text = checkpoint.metadata.get("pool_after", "")
    match = re.fullmatch(r"features\.(\d+(?:,\d+)*) \(2x2 max\)", text)
    if match is None:
        raise CheckpointError(
            f"checkpoint {checkpoint.path}: expected metadata pool_after like 'features.1,3 (2x2 max)', got {text!r}"
        )
    return {int(index) for index in match[1].split(",")}


def _layer(checkpoint, name, inner_name, **description):
    if f"{name}.{inner_name}.weight" in checkpoint.tensors:
        has_bias = f"{name}.{inner_name}.bias" in checkpoint.tensors
        has_batch_norm = f"{name}.bn.weight" in checkpoint.tensors
        return description | {
            "name": name,
            "weight": f"{name}.{inner_name}.weight",
            "bias": f"{name}.{inner_name}.bias" if has_bias else None,
            "batch_norm": f"{name}.bn" if has_batch_norm else None,
        }
    return description | {"name": name, "weight": f"{name}.weight", "bias": f"{name}.bias"}
