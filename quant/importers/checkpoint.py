"""Trained checkpoints: `.safetensors` files and PyTorch state dictionaries."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open

SAFETENSORS_SUFFIX = ".safetensors"
PYTORCH_SUFFIXES = (".pt", ".pth")
FLOAT_TYPES = {"F16", "F32", "F64"}


class CheckpointError(ValueError):
    """A checkpoint that cannot be read, or lacks what its description names."""


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """Tensors of a trained network.

    Attributes
    ----------
    path : Path
    tensors : dict of float arrays by name
        Integer tensors (such as `num_batches_tracked`) are left out.
    metadata : dict of str by str
        Empty for PyTorch files, which have none.
    """

    path: Path
    tensors: dict
    metadata: dict

    def tensor(self, name, layer):
        """The tensor called `name` as float64; `layer` names who asks in the error message.

        Raises
        ------
        CheckpointError
            There is no such tensor, or it has values that are not finite.
        """
        if name not in self.tensors:
            raise CheckpointError(
                f"layer {layer}: checkpoint {self.path} has no tensor {name!r}; it has {_some(self.tensors)}"
            )
        with np.errstate(invalid="ignore"):  # numbers that are none are found below
            array = self.tensors[name].astype(np.float64)
        if not np.isfinite(array).all():
            place = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
            raise CheckpointError(f"layer {layer}: tensor {name!r} must be finite, but is {array[place]} at {place}")
        return array


def read(path):
    """Read a checkpoint; the suffix tells the kind of file.

    Raises
    ------
    CheckpointError
        Unknown suffix, missing, truncated or foreign file, PyTorch needed but not installed, tensors of another type.
    """
    path = Path(path)
    if path.suffix != SAFETENSORS_SUFFIX and path.suffix not in PYTORCH_SUFFIXES:
        raise CheckpointError(
            f"checkpoint {path}: expected a file ending in {', '.join((SAFETENSORS_SUFFIX, *PYTORCH_SUFFIXES))}"
        )
    if not path.is_file():
        raise CheckpointError(f"checkpoint {path}: no such file")
    try:
        return _read_safetensors(path) if path.suffix == SAFETENSORS_SUFFIX else _read_pytorch(path)
    except OSError as error:
        raise CheckpointError(f"cannot read checkpoint {path}: {error.strerror or error}") from None


def _read_safetensors(path):
    try:
        with safe_open(path, framework="numpy") as container:
            types = {name: container.get_slice(name).get_dtype() for name in container.keys()}
            for name, found in types.items():
                if found not in FLOAT_TYPES and not found.startswith(("I", "U", "BOOL")):
                    raise CheckpointError(
                        f"checkpoint {path}: tensor {name!r} must be one of "
                        f"{', '.join(sorted(FLOAT_TYPES))}, not {found}"
                    )
            tensors = {name: container.get_tensor(name) for name, found in types.items() if found in FLOAT_TYPES}
            return Checkpoint(path, tensors, container.metadata() or {})
    except SafetensorError as error:
        raise CheckpointError(f"checkpoint {path} is not a safetensors file, or it is truncated: {error}") from None


def _read_pytorch(path):
    try:
        import torch
    except ImportError:
        raise CheckpointError(
            f"reading the PyTorch checkpoint {path} needs the package torch; install firstspike "
            f"with its extra 'train', or save the checkpoint as {SAFETENSORS_SUFFIX}"
        ) from None
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch.load ends with nearly any exception when a file is damaged or foreign
        if "Unsupported global" in str(error):
            raise CheckpointError(
                f"checkpoint {path} holds more than tensors, a whole module perhaps (torch.save(module, ...)), and reading it "
                "would run what it says: load it where you trust it and save its tensors, torch.save(module.state_dict(), "
                "path); or export the module itself in Python: firstspike.Model.load(module, input_shape=(channels, "
                "height, width)).export(config)"
            ) from None
        reason = str(error).strip().split("\n")[0] or type(error).__name__
        raise CheckpointError(
            f"checkpoint {path} is not a PyTorch state dictionary, or it is truncated: {reason}"
        ) from None
    if isinstance(content, dict) and isinstance(content.get("state_dict"), dict):
        content = content["state_dict"]
    if not isinstance(content, dict) or not all(isinstance(tensor, torch.Tensor) for tensor in content.values()):
        raise CheckpointError(
            f"checkpoint {path}: expected a state dictionary (tensors by name), "
            f"got {type(content).__name__}; save it with torch.save(module.state_dict(), path)"
        )
    floats = {name: tensor.detach() for name, tensor in content.items() if tensor.is_floating_point()}
    return Checkpoint(path, {name: tensor.double().numpy() for name, tensor in floats.items()}, {})


def _some(names):
    names = sorted(names)
    return ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "") or "none"
