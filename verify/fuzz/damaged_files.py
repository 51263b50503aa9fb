"""Damaged and forged files: the readers answer with their error, or with something that is valid."""

import copy
import json
import signal
import tempfile
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save as to_safetensors

from firstspike.golden import network_file
from firstspike.golden.config import PRESETS, ConfigurationError
from firstspike.golden.evaluators import fast
from firstspike.golden.network import NetworkError
from firstspike.quant.export import ERRORS as EXPORT_ERRORS
from firstspike.quant.export import export
from firstspike.verify.bits import flip

SECONDS = 30
"""A reader that takes longer hangs."""
MOST_PRODUCTS = 5_000_000
"""Products of one image up to which a network that was read is evaluated, too."""
STRANGE = (
    0,
    -1,
    1,
    2,
    7,
    255,
    1 << 15,
    1 << 31,
    (1 << 31) - 1,
    1 << 63,
    1 << 64,
    -(1 << 63),
    10**30,
    0.5,
    1e308,
    "",
    "none",
    "direct",
    "x" * 300,
    "\u0000",
    None,
    True,
    False,
    [],
    {},
    [[]],
    [0, 0],
    [1, 1, 1],
    {"a": 1},
)
REFUSED, VALID = "refused", "valid"


class HangError(Exception):
    """A reader took longer than `SECONDS`."""


def check_network_file(seed, base, directory):
    """A network file that was damaged, or forged with a right checksum.

    Parameters
    ----------
    seed : int
    base : golden.network_file.NetworkFile
    directory : Path
        For the file.

    Returns
    -------
    dict
        `kind`, `outcome` ("refused", "valid"), `problem`: text or None.
    """
    rng = np.random.default_rng([seed, 2])
    path = Path(directory) / "fuzzed.firstspike"
    network_file.save(path, base)
    kind = list(NETWORK_FILE_MUTATIONS)[seed % len(NETWORK_FILE_MUTATIONS)]
    path.write_bytes(NETWORK_FILE_MUTATIONS[kind](path.read_bytes(), rng))

    def read():
        found = network_file.load(path)
        network = found.network
        if _products(network) <= MOST_PRODUCTS:
            try:
                fast.run(network, np.full((1, *network.input_shape), 255, np.uint8))
            except NetworkError as error:
                if isinstance(error, network_file.NetworkFileError):
                    raise AssertionError(f"evaluation ends with an error of the reader: {error}") from None
        if kind in DAMAGE and (found.stream, found.schedule) != (base.stream, base.schedule):
            raise AssertionError("a damaged file was read as another network")

    return {"kind": kind, **_outcome(read, (network_file.NetworkFileError,))}


def check_checkpoint(seed, checkpoint, directory):
    """A checkpoint or its description that was damaged or forged.

    Parameters
    ----------
    seed : int
    checkpoint : Path
        A `.safetensors` file whose metadata describes it.
    directory : Path

    Returns
    -------
    dict
        As `check_network_file`.
    """
    rng = np.random.default_rng([seed, 3])
    kind = list(CHECKPOINT_MUTATIONS)[seed % len(CHECKPOINT_MUTATIONS)]
    path = Path(directory) / "fuzzed.safetensors"
    path.write_bytes(CHECKPOINT_MUTATIONS[kind](Path(checkpoint).read_bytes(), rng))
    return {"kind": kind, **_outcome(lambda: export(path, PRESETS["tiny"]), (*EXPORT_ERRORS, ConfigurationError))}


def check_pytorch(seed, content, directory):
    """A PyTorch state dictionary (bytes of a `.pt` file) that was damaged; as `check_network_file`."""
    from firstspike.quant.importers import checkpoint

    rng = np.random.default_rng([seed, 4])
    kind = list(DAMAGE)[seed % len(DAMAGE)]
    path = Path(directory) / "fuzzed.pt"
    path.write_bytes(DAMAGE[kind](content, rng))
    return {"kind": kind, **_outcome(lambda: checkpoint.read(path), (checkpoint.CheckpointError,))}


def _outcome(read, errors):
    try:
        with _time_limit():
            read()
        return {"outcome": VALID, "problem": None}
    except errors as error:
        text = str(error)
        return {"outcome": REFUSED, "problem": None if text.strip() else "the error has no message"}
    except Exception as error:  # whatever it is, it is the finding
        return {"outcome": "failed", "problem": f"{type(error).__name__}: {error}"}


@contextmanager
def _time_limit():
    def expired(*_):
        raise HangError(f"it takes longer than {SECONDS} s")

    before = signal.signal(signal.SIGALRM, expired)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _products(network):
    return sum(
        layer.weights.size * int(np.prod([float(size) for size in layer.conv_map(shape[1:])]))
        for layer, shape in zip(network.layers, network.maps())
    )


def _truncated(content, rng):
    return content[: rng.integers(len(content))]


def _flipped(content, rng):
    return flip(content, rng.integers(8 * len(content), size=int(rng.integers(1, 9))))


def _flipped_header(content, rng):
    """In the first bytes, which say where everything is."""
    return flip(content, rng.integers(8 * min(len(content), 600), size=int(rng.integers(1, 5))))


def _part(content, rng):
    return slice(*sorted(int(n) for n in rng.integers(len(content) + 1, size=2)))


def _longer(content, rng):
    place = rng.integers(len(content) + 1)
    return content[:place] + rng.bytes(int(rng.integers(1, 1000))) + content[place:]


def _missing_part(content, rng):
    part = _part(content, rng)
    return content[: part.start] + content[part.stop :]


def _repeated_part(content, rng):
    part = _part(content, rng)
    return content[: part.stop] + content[part]


def _overwritten(content, rng):
    part = _part(content, rng)
    return content[: part.start] + rng.bytes(part.stop - part.start) + content[part.stop :]


def _random(content, rng):
    return rng.bytes(int(rng.integers(2000)))


DAMAGE = {
    "truncated": _truncated,
    "flipped bits": _flipped,
    "flipped bits of the head": _flipped_header,
    "longer": _longer,
    "missing part": _missing_part,
    "repeated part": _repeated_part,
    "overwritten": _overwritten,
    "random bytes": _random,
}


def _open(content):
    """(metadata, tensors) of a safetensors file."""
    with tempfile.NamedTemporaryFile(suffix=".safetensors") as file:
        file.write(content)
        file.flush()
        with safe_open(file.name, framework="numpy") as container:
            return container.metadata() or {}, {name: container.get_tensor(name) for name in container.keys()}


def _strange_json(document, rng):
    """A copy of a JSON document in which one value or key is another."""
    document = copy.deepcopy(document)
    parent, key = _any_place(document, rng)
    change = rng.integers(5)
    value = STRANGE[rng.integers(len(STRANGE))]
    if change == 0 and isinstance(parent, dict):
        parent[f"{key}x"] = parent.pop(key)
    elif change == 1 and isinstance(parent, dict):
        del parent[key]
    elif change == 2 and isinstance(parent, list):
        parent.insert(key, copy.deepcopy(parent[key]))
    elif change == 3 and isinstance(parent[key], int) and not isinstance(parent[key], bool):
        parent[key] += int(rng.integers(-3, 4))
    else:
        parent[key] = value
    return document


def _any_place(document, rng):
    """(container, key) of a value anywhere in the document; every depth has its chance."""
    parent, key = None, None
    value = document
    while isinstance(value, (dict, list)) and value:
        keys = list(value) if isinstance(value, dict) else range(len(value))
        parent, key = value, keys[rng.integers(len(keys))]
        value = value[key]
        if rng.random() < 0.15:
            break
    return parent, key


def _forged_header(content, rng):
    metadata, tensors = _open(content)
    document = json.loads(metadata[network_file.METADATA_KEY])
    return _signed(document, _strange_json(document["content"], rng), tensors)


def _forged_tensor(content, rng):
    metadata, tensors = _open(content)
    document = json.loads(metadata[network_file.METADATA_KEY])
    return _signed(document, document["content"], _strange_tensors(tensors, rng))


def _foreign_document(content, rng):
    """The document around the content, with its format, version and checksum."""
    metadata, tensors = _open(content)
    document = json.loads(metadata[network_file.METADATA_KEY])
    strange = _strange_json({name: value for name, value in document.items() if name != "content"}, rng)
    return to_safetensors(
        tensors, metadata={network_file.METADATA_KEY: json.dumps(strange | {"content": document["content"]})}
    )


def _signed(document, changed, tensors):
    """A network file of this content with the right checksum."""
    try:
        signed = document | {"content": changed, "sha256": network_file.checksum(changed, tensors)}
    except ValueError:
        # Numbers that JSON has no form for.
        signed = document | {"content": changed}
    return to_safetensors(tensors, metadata={network_file.METADATA_KEY: json.dumps(signed)})


def _strange_tensors(tensors, rng):
    tensors = dict(tensors)
    name = sorted(tensors)[rng.integers(len(tensors))]
    tensor = tensors.pop(name)
    change = rng.integers(6)
    if change == 0 and tensor.size:
        flat = tensor.reshape(-1).copy()
        limits = np.iinfo(tensor.dtype) if tensor.dtype.kind in "iu" else np.finfo(tensor.dtype)
        flat[rng.integers(len(flat))] = (limits.min, limits.max)[rng.integers(2)]
        tensor = flat.reshape(tensor.shape)
    elif change == 1:
        tensor = tensor.reshape(-1)
    elif change == 2:
        tensor = tensor[: rng.integers(len(tensor) + 1)] if tensor.ndim else tensor
    elif change == 3:
        tensor = tensor.astype((np.uint8, np.int64, np.float32)[rng.integers(3)])
    elif change == 4:
        name += "x"
    else:
        return tensors
    return tensors | {name: np.ascontiguousarray(tensor)}


def _checkpoint_description(content, rng):
    metadata, tensors = _open(content)
    key = sorted(metadata)[rng.integers(len(metadata))]
    try:
        text = json.dumps(_strange_json(json.loads(metadata[key]), rng))
    except ValueError:
        text = metadata[key] + "x"
    return to_safetensors(tensors, metadata=metadata | {key: text})


def _checkpoint_tensors(content, rng):
    metadata, tensors = _open(content)
    tensors = {name: tensor.copy() for name, tensor in tensors.items()}
    if rng.integers(2):
        name = sorted(tensors)[rng.integers(len(tensors))]
        if tensors[name].dtype.kind == "f" and tensors[name].size:
            flat = tensors[name].reshape(-1)
            flat[rng.integers(len(flat))] = (np.nan, np.inf, -np.inf, 1e30, 1e-30, 0, -1e6)[rng.integers(7)]
    else:
        tensors = _strange_tensors(tensors, rng)
    return to_safetensors(tensors, metadata=metadata)


NETWORK_FILE_MUTATIONS = DAMAGE | {
    "forged header": _forged_header,
    "forged header again": _forged_header,
    "forged tensor": _forged_tensor,
    "foreign document": _foreign_document,
}
CHECKPOINT_MUTATIONS = {
    name: DAMAGE[name] for name in ("truncated", "flipped bits of the head", "missing part", "overwritten")
} | {
    "forged description": _checkpoint_description,
    "forged description again": _checkpoint_description,
    "forged tensors": _checkpoint_tensors,
}
