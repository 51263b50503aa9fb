"""A trained network as a checkpoint that the exporter takes."""

import json

import numpy as np
from safetensors.numpy import save

from firstspike.golden.files import write_atomically
from firstspike.quant.importers.architecture import CONVOLUTION, MAX_POOL, METADATA_KEY, Architecture
from firstspike.quant.importers.checkpoint import Checkpoint


def checkpoint_of(network, name, data):
    """Checkpoint and architecture of a SpikingNetwork without batch norm (TTFS or frozen stage).

    Returns
    -------
    (Checkpoint, Architecture)
    """
    tensors, layers = {}, []
    for layer in network.layers:
        geometry = layer.geometry
        tensors[f"{geometry.name}.weight"] = layer.weight.detach().cpu().numpy()
        tensors[f"{geometry.name}.bias"] = layer.bias.detach().cpu().numpy()
        layers.append(
            {
                "name": geometry.name,
                "kind": CONVOLUTION,
                "weight": f"{geometry.name}.weight",
                "bias": f"{geometry.name}.bias",
                "padding": geometry.window.padding,
                "stride": geometry.window.stride,
                "pool": MAX_POOL if geometry.pool else "none",
                "activation": geometry.activation,
            }
        )
    architecture = Architecture.from_dict(
        {
            "name": name,
            "input_shape": data.input_shape,
            "layers": layers,
            "input_coding": network.input_coding,
            "class_names": data.class_names,
            "data_set": data.name,
        },
        f"of the network {name}",
    )
    return Checkpoint(None, tensors, {}), architecture


def save_checkpoint(path, checkpoint, architecture):
    """Write both into one `.safetensors` file, whole or not at all."""
    document = json.dumps(architecture.model_dump(mode="json"), sort_keys=True)
    tensors = {name: np.ascontiguousarray(tensor) for name, tensor in checkpoint.tensors.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, save(tensors, metadata={METADATA_KEY: document}))
