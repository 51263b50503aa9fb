"""Trained checkpoints: `.safetensors` files and PyTorch state dictionaries."""

import warnings
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, deserialize, safe_open

SAFETENSORS_SUFFIX = ".safetensors"
PYTORCH_SUFFIXES = (".pt", ".pth")
BFLOAT16 = "BF16"
FLOAT_TYPES = {"F16", "F32", "F64", BFLOAT16}
LOG_CODES = "log_codes"
"""Metadata entry of a `.safetensors` file that stores weights as 5-bit log codes."""
STATE_KEYS = ("state_dict", "model_state_dict", "model", "net")
"""Under which training scripts keep the state dictionary in a larger one."""
WRAPPERS = ("_orig_mod", "module", "model")
"""Parts of tensor names that torch.compile, DataParallel and training frameworks put in front."""


class CheckpointError(ValueError):
    """A checkpoint that cannot be read, or lacks what its description names."""


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """Tensors of a trained network.

    Attributes
    ----------
    path : Path
    tensors : dict of float arrays by name
        Integer tensors (such as `num_batches_tracked`) are left out. A tensor with two names is one array.
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

    def named_as(self, names):
        """The checkpoint with its tensors called as a description calls them.

        Names of which a wrapper's part is in the way (`WRAPPERS`) become those of the description, if that is possible
        in one way only.
        """
        if set(names) <= set(self.tensors):
            return self
        described = {_unwrapped(name): name for name in names}
        counts = Counter(map(_unwrapped, self.tensors))
        if len(described) < len(set(names)) or max(counts.values(), default=1) > 1:
            return self
        return replace(
            self, tensors={described.get(_unwrapped(name), name): tensor for name, tensor in self.tensors.items()}
        )


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
            metadata = container.metadata() or {}
            floats = [name for name, found in types.items() if found in FLOAT_TYPES]
            tensors = {name: container.get_tensor(name) for name in floats if types[name] != BFLOAT16}
        if BFLOAT16 in types.values():
            tensors |= _bfloat16_tensors(path)
        if LOG_CODES in metadata:
            from firstspike.quant.importers import log_weights

            with safe_open(path, framework="numpy") as container:
                stored = {name: container.get_tensor(name) for name, found in types.items() if found in ("U8", "I8")}
            tensors |= log_weights.unpack(path, stored | tensors, metadata)
        # Where a tensor has two names, safetensors keeps it once, and its other names as metadata.
        tensors |= {other: tensors[name] for other, name in metadata.items() if name in tensors and other not in types}
        return Checkpoint(path, tensors, metadata)
    except SafetensorError as error:
        raise CheckpointError(f"checkpoint {path} is not a safetensors file, or it is truncated: {error}") from None


def _bfloat16_tensors(path):
    """float32 arrays of the tensors of 16 bits that NumPy has no type for: they are the first half of a float32."""
    return {
        name: (np.frombuffer(tensor["data"], "<u2").astype(np.uint32) << 16).view(np.float32).reshape(tensor["shape"])
        for name, tensor in deserialize(path.read_bytes())
        if tensor["dtype"] == BFLOAT16
    }


def _read_pytorch(path):
    try:
        import torch
    except ImportError:
        raise CheckpointError(
            f"reading the PyTorch checkpoint {path} needs the package torch; install firstspike "
            f"with its extra 'train', or save the checkpoint as {SAFETENSORS_SUFFIX}"
        ) from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of torch about TorchScript, which is refused below
            content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch.load ends with nearly any exception when a file is damaged or foreign
        if "Unsupported global" in str(error):
            raise CheckpointError(
                f"checkpoint {path} holds more than tensors, a whole module perhaps (torch.save(module, ...)), and reading it "
                "would run what it says: load it where you trust it and save its tensors, torch.save(module.state_dict(), "
                "path); or export the module itself in Python: firstspike.Model.load(module, input_shape=(channels, "
                "height, width)).export(config)"
            ) from None
        if "TorchScript" in str(error):
            raise CheckpointError(
                f"checkpoint {path} is a TorchScript archive: save the tensors of the module that it was made of, "
                f"torch.save(module.state_dict(), path)"
            ) from None
        reason = str(error).strip().split("\n")[0] or type(error).__name__
        if "weights_only" in reason:  # torch's advice to read the file without care
            reason = "it holds no tensors that PyTorch saved"
        raise CheckpointError(
            f"checkpoint {path} is not a PyTorch state dictionary, or it is truncated: {reason}"
        ) from None
    if isinstance(content, dict):
        nested = [key for key in STATE_KEYS if isinstance(content.get(key), dict)]
        if len(nested) > 1:
            raise CheckpointError(
                f"checkpoint {path} has several state dictionaries ({', '.join(nested)}): save the one to export with "
                f"torch.save(module.state_dict(), path)"
            )
        content = content[nested[0]] if nested else content
    if problem := _no_state_dictionary(content, torch.Tensor):
        raise CheckpointError(
            f"checkpoint {path}: expected a state dictionary (tensors by name), got {problem}; save it with "
            f"torch.save(module.state_dict(), path)"
        )
    from firstspike.quant.importers import torch_tensors

    tensors, arrays = {}, {}
    for name, tensor in content.items():
        if problem := torch_tensors.problem(tensor):
            raise CheckpointError(f"checkpoint {path}: the tensor {name!r} {problem}")
        if tensor.is_floating_point():
            place = (tensor.untyped_storage().data_ptr(), tensor.storage_offset(), tensor.shape, tensor.stride())
            tensors[name] = arrays.setdefault(place, tensor.detach().double().numpy())
    return Checkpoint(path, tensors, {})


def _no_state_dictionary(content, tensor_type):
    """What is in place of tensors by name, or None."""
    if not isinstance(content, dict):
        return type(content).__name__
    for name, tensor in content.items():
        if not isinstance(name, str):
            return f"an entry whose name is {name!r}"
        if not isinstance(tensor, tensor_type):
            return f"an entry {name!r} of the type {type(tensor).__name__}"
    return None


def _unwrapped(name):
    return ".".join(part for part in name.split(".") if part not in WRAPPERS)


def _some(names):
    names = sorted(names)
    return ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "") or "none"
