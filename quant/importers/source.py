"""What a network is exported from: a checkpoint file, a NIR graph, or a PyTorch module, as tensors and architecture."""

import hashlib
import os
from pathlib import Path

from firstspike.quant.importers import architecture as architectures
from firstspike.quant.importers import checkpoint as checkpoints
from firstspike.quant.importers.architecture import ArchitectureError
from firstspike.quant.importers.checkpoint import CheckpointError

NIR_SUFFIX = ".nir"
SUFFIXES = (checkpoints.SAFETENSORS_SUFFIX, *checkpoints.PYTORCH_SUFFIXES, NIR_SUFFIX)
WAYS = {
    ".onnx": "is an ONNX graph, which is not read: make a PyTorch module of it with the package onnx2torch and export that, "
    "in Python: firstspike.Model.load(onnx2torch.convert(path), input_shape=(channels, height, width)).export(config)",
    ".firstspike": "is a network file already: `firstspike inspect` and `make sim MODEL=...` take it as it is; to export it "
    "again, for another configuration say, name the checkpoint that it was made of",
}
"""Suffix of a file that is no checkpoint -> what to do with it."""


def read(source, architecture_path=None, input_shape=None):
    """Tensors and architecture of `source`.

    Parameters
    ----------
    source : path, torch.nn.Module, nir.NIRGraph, (Checkpoint, Architecture), or what this function returned
    architecture_path : path, optional
        For a checkpoint file: JSON file that says what its tensors mean.
    input_shape : (int, int, int), optional
        For a module: channels, height, width of the images.

    Returns
    -------
    (Checkpoint, Architecture, dict)
        The dict says where they came from, for people.

    Raises
    ------
    quant.export.ERRORS
    """
    if isinstance(source, (str, os.PathLike)):
        path, assumed = Path(source), {}
        _require_checkpoint(path)
        if path.suffix == NIR_SUFFIX:
            trained, described = _nir_graph(path).read(path)
            assumed = {"time_step": float(trained.metadata["dt"])}
        else:
            trained = checkpoints.read(path)
            described = (
                architectures.load(architecture_path) if architecture_path else architectures.of_checkpoint(trained)
            )
            trained = trained.named_as(described.tensor_names())
        return (
            trained,
            described,
            {"checkpoint": path.name, "checkpoint_sha256": hashlib.sha256(path.read_bytes()).hexdigest()} | assumed,
        )
    if isinstance(source, tuple):
        return source if len(source) == 3 else (*source, {})
    if type(source).__module__.startswith("nir."):
        from firstspike.quant.importers import nir_graph

        trained, described = nir_graph.describe(source)
        return trained, described, {"checkpoint": "NIR graph", "time_step": float(trained.metadata["dt"])}
    if input_shape is None:
        raise ArchitectureError(
            f"expected a checkpoint file or a PyTorch module with its input_shape, "
            f"got {type(source).__name__} without one"
        )
    from firstspike.quant.importers import pytorch

    return *pytorch.describe(source, input_shape), {"checkpoint": f"module {type(source).__name__}"}


def _require_checkpoint(path):
    """Raises CheckpointError, with a way to go on, for a file that is none or of a kind that cannot be read."""
    way = WAYS.get(path.suffix)
    if way is not None:
        raise CheckpointError(f"{path} {way}")
    if path.suffix not in SUFFIXES:
        raise CheckpointError(f"{path} is no checkpoint: expected a file that ends in {', '.join(SUFFIXES)}")
    if not path.is_file():
        raise CheckpointError(f"there is no file {path}: expected a checkpoint that ends in {', '.join(SUFFIXES)}")


def _nir_graph(path):
    try:
        from firstspike.quant.importers import nir_graph
    except ImportError as error:
        raise CheckpointError(
            f"reading {path} needs the package {error.name}; install firstspike with its extra 'train'"
        ) from None
    return nir_graph
