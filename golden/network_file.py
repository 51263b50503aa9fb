"""The network file: one self-describing file from which golden model and hardware both run (docs/network_file.md).

The container is safetensors with one metadata entry, a JSON document. A SHA-256 checksum covers everything in it.
"""

import hashlib
import json
from dataclasses import dataclass, field

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save as to_safetensors

from firstspike.golden.codes import Ttfs
from firstspike.golden.files import write_atomically
from firstspike.golden.geometry import MAX_2X2, Window
from firstspike.golden.network import Layer, Network, NetworkError
from firstspike.golden.schedule import Schedule, ScheduleError

FORMAT = "firstspike network"
VERSION = 1

METADATA_KEY = "firstspike"
"""The container's only metadata entry: with one entry, equal content gives equal bytes."""

LAYER_TENSORS = {"weights": np.uint8, "biases": np.int64, "offsets": np.int64}
STREAM_TENSOR = "stream"
TENSOR_TYPES = {"U8": np.uint8, "I64": np.int64}


class NetworkFileError(NetworkError):
    """A network file that cannot be read, is damaged or foreign, or contradicts itself."""


@dataclass(frozen=True, eq=False)
class NetworkFile:
    """A network with everything needed to run it.

    Attributes
    ----------
    network : golden.network.Network
    schedule : golden.schedule.Schedule
        With the hardware configuration it was made for.
    stream : bytes
        The network stream of `docs/streams.md`, words of `config.network_bits` bits, little endian.
    origin : dict
        How the network came about, for people: plain JSON values (source checkpoint, quantisation error per layer).

    Raises
    ------
    NetworkFileError
        The parts contradict each other.
    NetworkError
        The network is no chain.
    """

    network: Network
    schedule: Schedule
    stream: bytes
    origin: dict = field(default_factory=dict)

    def __post_init__(self):
        def must(condition, text):
            if not condition:
                raise NetworkFileError(f"network {self.network.name}: {text}")

        self.network.require_chain()
        config = self.schedule.config
        for name in ("time_steps", "fraction_bits", "acc_bits", "spike_code"):
            ours, theirs = getattr(self.network, name), getattr(config, name)
            must(ours == theirs, f"{name} is {ours}, but the schedule's configuration {config.name} has {theirs}")
        for run in self.schedule.runs:
            must(
                0 <= run.layer < len(self.network.layers),
                f"the schedule runs layer {run.layer}, but there are {len(self.network.layers)}",
            )
            must(
                0 <= run.first_image < run.first_image + run.images <= self.schedule.batch,
                f"the schedule runs {run.images} images from {run.first_image} on in a batch of {self.schedule.batch}",
            )
            channels = self.network.layers[run.layer].out_channels
            for step in run.passes:
                must(
                    0 <= step.first_channel < step.first_channel + step.channels <= channels,
                    f"a pass of layer {run.layer} has {step.channels} output channels from {step.first_channel} on, "
                    f"but the layer has {channels}",
                )
        word_bytes = config.network_bits // 8
        must(
            self.stream and len(self.stream) % word_bytes == 0,
            f"expected a network stream of whole words of {word_bytes} bytes, got {len(self.stream)} bytes",
        )


class _Header(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _LayerHeader(_Header):
    name: str
    padding: tuple[int, int]
    stride: int
    pool: bool
    fires: bool


class _NetworkHeader(_Header):
    name: str
    input_shape: tuple[int, int, int]
    time_steps: int
    fraction_bits: int
    acc_bits: int
    input_coding: str
    spike_code: str = Ttfs.name
    class_names: tuple[str, ...]
    data_set: str | None = None
    layers: tuple[_LayerHeader, ...]


class _Content(_Header):
    network: _NetworkHeader
    schedule: dict
    origin: dict


def save(path, network_file):
    """Write `network_file` to `path`, whole or not at all.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    tensors = _tensors(network_file)
    content = {
        "network": _network_header(network_file.network),
        "schedule": network_file.schedule.to_dict(),
        "origin": network_file.origin,
    }
    document = {"format": FORMAT, "version": VERSION, "sha256": checksum(content, tensors), "content": content}
    write_atomically(path, to_safetensors(tensors, metadata={METADATA_KEY: _canonical(document)}))


def load(path):
    """Read and verify a network file.

    Returns
    -------
    NetworkFile
        Exactly what was saved.

    Raises
    ------
    NetworkFileError
        The file cannot be read, is truncated, foreign, of another version, damaged, or its parts contradict each other.
    """
    text, tensors = _read_container(path)
    document = _parse_document(path, text)
    if checksum(document["content"], tensors) != document["sha256"]:
        raise NetworkFileError(
            f"network file {path} is damaged: its content does not have the SHA-256 checksum "
            f"{document['sha256']} that its header states"
        )
    try:
        content = _Content.model_validate_json(json.dumps(document["content"]))
        schedule = Schedule.from_dict(content.schedule)
    except ScheduleError as error:
        raise NetworkFileError(f"network file {path} has an {error}") from None
    except ValidationError as error:
        problem = error.errors()[0]
        place = ".".join(map(str, problem["loc"]))
        raise NetworkFileError(f"network file {path} has an invalid header: {place}: {problem['msg']}") from None
    _check_tensors(path, content.network, tensors)
    try:
        network = _network(content.network, tensors)
        return NetworkFile(network, schedule, tensors[STREAM_TENSOR].tobytes(), content.origin)
    except NetworkError as error:
        raise NetworkFileError(f"network file {path}: {error}") from None


def _read_container(path):
    """JSON text and tensors of the file at `path`."""
    try:
        with safe_open(path, framework="numpy") as container:
            metadata = container.metadata() or {}
            if METADATA_KEY not in metadata:
                raise NetworkFileError(
                    f"{path} is not a firstspike network file: it is a safetensors file without "
                    f"the metadata {METADATA_KEY!r}; `firstspike export` makes one from a "
                    f"checkpoint"
                )
            for name in container.keys():
                found = container.get_slice(name).get_dtype()
                if found not in TENSOR_TYPES:
                    raise NetworkFileError(
                        f"network file {path}: tensor {name} must be one of {', '.join(TENSOR_TYPES)}, not {found}"
                    )
            return metadata[METADATA_KEY], {name: container.get_tensor(name) for name in container.keys()}
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            raise NetworkFileError(
                f"there is no network file {path}: `firstspike export CHECKPOINT -o {path}` makes one"
            ) from None
        raise NetworkFileError(f"cannot read network file {path}: {error.strerror or error}") from None
    except SafetensorError as error:
        raise NetworkFileError(
            f"{path} is not a firstspike network file, or it is truncated ({error}); `firstspike export` makes one from a "
            "checkpoint"
        ) from None


def _parse_document(path, text):
    try:
        document = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise NetworkFileError(f"network file {path} has an invalid header: {error}") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise NetworkFileError(f"{path} is not a firstspike network file: expected the format {FORMAT!r}")
    if document.get("version") != VERSION:
        raise NetworkFileError(
            f"network file {path} has version {document.get('version')}, this program reads version {VERSION}"
        )
    if set(document) != {"format", "version", "sha256", "content"}:
        raise NetworkFileError(
            f"network file {path} has an invalid header: expected format, version, sha256 and "
            f"content, got {', '.join(sorted(document))}"
        )
    return document


def _refuse_constant(constant):
    raise ValueError(f"expected finite numbers, got {constant}")


def _check_tensors(path, header, tensors):
    expected = {STREAM_TENSOR: np.uint8} | {
        _tensor_name(index, name): dtype for index in range(len(header.layers)) for name, dtype in LAYER_TENSORS.items()
    }
    if set(tensors) != set(expected):
        odd = ", ".join(sorted(set(tensors) ^ set(expected)))
        raise NetworkFileError(
            f"network file {path}: expected {len(expected)} tensors for {len(header.layers)} "
            f"layers, got {len(tensors)}; missing or superfluous: {odd}"
        )
    for name, dtype in expected.items():
        if tensors[name].dtype != dtype:
            raise NetworkFileError(
                f"network file {path}: tensor {name} must be {np.dtype(dtype)}, not {tensors[name].dtype}"
            )


def _network_header(network):
    names = [name for name in _NetworkHeader.model_fields if name != "layers"]
    layers = [
        {
            "name": layer.name,
            "padding": layer.window.padding,
            "stride": layer.window.stride,
            "pool": layer.pool is not None,
            "fires": layer.fires,
        }
        for layer in network.layers
    ]
    if network.spike_code == Ttfs.name:
        names.remove("spike_code")
    if network.data_set is None:
        names.remove("data_set")
    return {name: getattr(network, name) for name in names} | {"layers": layers}


def _network(header, tensors):
    layers = []
    for index, layer in enumerate(header.layers):
        arrays = {name: tensors[_tensor_name(index, name)] for name in LAYER_TENSORS}
        window = Window.of(arrays["weights"], layer.stride, layer.padding)
        pool = MAX_2X2 if layer.pool else None
        layers.append(Layer.of(layer.name, **arrays, window=window, pool=pool, fires=layer.fires))
    layers = tuple(layers)
    return Network(**dict(header) | {"layers": layers})


def _tensors(network_file):
    tensors = {STREAM_TENSOR: np.frombuffer(network_file.stream, dtype=np.uint8)}
    for index, layer in enumerate(network_file.network.layers):
        for name in LAYER_TENSORS:
            tensors[_tensor_name(index, name)] = np.ascontiguousarray(getattr(layer, name))
    return tensors


def _tensor_name(index, name):
    return f"layers.{index}.{name}"


def checksum(content, tensors):
    """SHA-256 of the content's canonical JSON, then of each tensor's name, type, shape and bytes, by name."""
    digest = hashlib.sha256(_canonical(content).encode())
    for name, tensor in sorted(tensors.items()):
        digest.update(f"\n{name} {tensor.dtype} {tensor.shape}\n".encode())
        digest.update(tensor)
    return digest.hexdigest()


def _canonical(document):
    return json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False)
