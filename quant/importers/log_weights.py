"""Checkpoints whose weights are stored as 5-bit log codes, for a network that was trained on their grid.

For a tensor NAME the file has `NAME.log_codes`, uint8: the weight codes of `docs/formats.md` in the order of the tensor,
five bits each, the lowest first, filled up with zeros; and `NAME.log_offsets`, int8: a channel offset in ticks for each
output channel. The metadata entry `log_codes` is a JSON object, NAME -> shape. All other tensors are as ever.
"""

import json
import math
from os import PathLike
from pathlib import Path

import numpy as np
from safetensors.numpy import save as serialise

from firstspike.golden import formats
from firstspike.golden.files import write_atomically
from firstspike.quant.codes.ttfs import MAX_OFFSET, QuantisedLayer, quantise, real_weights
from firstspike.quant.importers.checkpoint import LOG_CODES, Checkpoint, CheckpointError

CODES = ".log_codes"
OFFSETS = ".log_offsets"
NEGATIVE_ZERO = formats.ZERO_MAGNITUDE | 1 << formats.WEIGHT_SIGN_BIT


def pack(checkpoint: Checkpoint, names: list[str]) -> tuple[dict, dict]:
    """Tensors and metadata of a checkpoint with the tensors `names` as codes.

    A weight goes to its nearest code, as in an export: a network that was trained on the grid exports to the same layers.
    """
    shapes, tensors = {}, {name: tensor for name, tensor in checkpoint.tensors.items() if name not in names}
    for name in names:
        weights = checkpoint.tensor(name, name)
        rounded = quantise(weights, np.zeros(len(weights)), 0, fires=False)
        bits = rounded.weights.reshape(-1, 1) >> np.arange(formats.WEIGHT_BITS, dtype=np.uint8) & 1
        tensors[name + CODES] = np.packbits(bits, bitorder="little")
        tensors[name + OFFSETS] = rounded.offsets.astype(np.int8)
        shapes[name] = weights.shape
    return tensors, checkpoint.metadata | {LOG_CODES: json.dumps(shapes)}


def save(path: str | PathLike[str], checkpoint: Checkpoint, names: list[str]) -> None:
    """Write `pack(checkpoint, names)` as a `.safetensors` file, whole or not at all."""
    tensors, metadata = pack(checkpoint, names)
    write_atomically(path, serialise({name: np.ascontiguousarray(one) for name, one in tensors.items()}, metadata))


def unpack(path: Path, tensors: dict, metadata: dict) -> dict:
    """float64 arrays by name: what the codes mean.

    Parameters
    ----------
    path : Path
        For messages.
    tensors : dict of array by str
        Of the file, all of them.
    metadata : dict of str by str
        With the entry `log_codes`.

    Raises
    ------
    CheckpointError
        The metadata and the tensors do not fit each other, or a code is none that is written.
    """
    return {name: _weights(path, name, shape, tensors) for name, shape in _shapes(path, metadata).items()}


def _shapes(path, metadata):
    try:
        shapes = json.loads(metadata[LOG_CODES])
    except ValueError:
        shapes = None
    if not isinstance(shapes, dict) or not all(
        isinstance(shape, list) and shape and all(type(side) is int and side > 0 for side in shape)
        for shape in shapes.values()
    ):
        raise CheckpointError(
            f"checkpoint {path}: expected the metadata {LOG_CODES} to be a JSON object, name -> shape"
        )
    return shapes


def _weights(path, name, shape, tensors):
    def refuse(expected, got):
        raise CheckpointError(f"checkpoint {path}: tensor {name!r}: expected {expected}, got {got}")

    if name in tensors:
        refuse("its codes only", f"a tensor {name!r} beside them")
    size = math.prod(shape)
    for suffix, kind, length in (
        (CODES, np.dtype(np.uint8), -(-size * formats.WEIGHT_BITS // 8)),
        (OFFSETS, np.dtype(np.int8), shape[0]),
    ):
        found = tensors.get(name + suffix)
        if found is None or found.dtype != kind or found.shape != (length,):
            got = "none" if found is None else f"{found.dtype} of shape {found.shape}"
            refuse(f"{name + suffix!r} as {kind} of shape ({length},) for the shape {shape}", got)
    bits = np.unpackbits(tensors[name + CODES], bitorder="little")
    if bits[size * formats.WEIGHT_BITS :].any():
        refuse("zeros after the last code", "ones")
    codes = np.zeros(size, np.uint8)
    for bit in range(formats.WEIGHT_BITS):
        codes |= bits[bit : size * formats.WEIGHT_BITS : formats.WEIGHT_BITS] << bit
    if (codes == NEGATIVE_ZERO).any():
        refuse(
            "the weight zero without a sign", f"the code {NEGATIVE_ZERO} at {int((codes == NEGATIVE_ZERO).argmax())}"
        )
    offsets = tensors[name + OFFSETS].astype(np.int64)
    if (offsets < -MAX_OFFSET).any():
        refuse(f"channel offsets from -{MAX_OFFSET} to {MAX_OFFSET}", int(offsets.min()))
    return real_weights(QuantisedLayer(codes.reshape(shape), np.zeros(shape[0], np.int64), offsets))
