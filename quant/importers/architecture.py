"""What a checkpoint's tensors mean: the layers of a network in order, as a JSON document or as Python objects."""

import json
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from firstspike.golden import codes
from firstspike.golden.network import DIRECT
from firstspike.quant.importers import vgg16
from firstspike.quant.importers.batch_norm import PARAMETERS
from firstspike.quant.importers.trained_layer import CLIP, NONE, RELU

METADATA_KEY = "architecture"
"""Metadata entry of a `.safetensors` checkpoint that holds the JSON document."""

CONVOLUTION = "convolution"
LINEAR = "linear"

MAX_POOL = "max_2x2"
AVERAGE_POOL = "average_2x2"
GLOBAL_AVERAGE_POOL = "average_global"
AVERAGE_POOLS = (AVERAGE_POOL, GLOBAL_AVERAGE_POOL)
POOLS = ("none", MAX_POOL, *AVERAGE_POOLS)

REASONS = {
    "average_pool": "an average of membrane potentials is no spike time; only after an activation it can be folded "
    "into the weights of the next layer",
    "depthwise_convolution": "every PE adds the same event, so all output channels share their input channels",
    "transposed_convolution": "it has no window of input positions per output position",
    "residual_add": "the spike buffer keeps the input of the running layer only; train the network without shortcuts",
    "concatenate": "the spike buffer keeps the input of the running layer only; train the network as one chain",
    "gate": "two activations are multiplied with each other; train the network without gates",
    "layer_norm": "its scale depends on the input, so it cannot be folded into weights and offsets",
    "attention": "it multiplies activations with each other",
    **dict.fromkeys(
        ("silu", "gelu", "elu", "selu", "celu", "mish", "hardswish", "hardsigmoid", "sigmoid", "tanh", "softplus")
        + ("leaky_relu", "prelu", "rrelu", "threshold"),
        "a spike time means a value from 0 to 1; put a ReLU that is clipped at 1 in its place, nn.Hardtanh(0, 1), and train "
        "the network again",
    ),
    "leak": "a membrane potential keeps what it has; only integrate-and-fire neurons (IF) without leak",
    "recurrent": "every neuron fires at most once; train a network without loops",
}
"""Why the processor has no form for layers that users ask for."""


class ArchitectureError(ValueError):
    """A description that is malformed, does not match its checkpoint, or has a layer the processor has no form for."""


class LayerDescription(BaseModel):
    """One convolution or fully connected layer with what follows it: batch norm, 2x2 max pool, clipped ReLU."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: Annotated[str, Field(description="convolution or linear")]
    weight: Annotated[
        str,
        Field(
            description="tensor (out, in, kernel_h, kernel_w), or (out, in) of a linear layer, "
            "whose inputs are the map before it in the order channel, row, column"
        ),
    ]
    bias: Annotated[str | None, Field(description="tensor (out,)")] = None
    batch_norm: Annotated[
        str | None,
        Field(
            description="prefix of the tensors weight, bias, running_mean and "
            "running_var of a batch norm before pool and activation"
        ),
    ] = None
    padding: Annotated[
        tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]],
        Field(description="zero rows above and below, zero columns left and right"),
    ] = (0, 0)
    stride: Annotated[int, Field(description="1 or 2")] = 1
    groups: Annotated[int, Field(description="1")] = 1
    dilation: Annotated[int, Field(description="1")] = 1
    pool: Annotated[
        str,
        Field(
            description="none, max_2x2; average_2x2 or average_global (after the activation), "
            "folded into the next layer"
        ),
    ] = "none"
    activation: Annotated[str, Field(description="clip_0_1, relu, or none for the output layer")] = CLIP
    clip_at: Annotated[float, Field(gt=0, allow_inf_nan=False, description="where the clipped ReLU ends")] = 1.0

    def refuse_unknown_forms(self, is_output):
        """Raises ArchitectureError for what the processor has no form for."""

        def must(condition, text):
            if not condition:
                raise ArchitectureError(f"layer {self.name}: the processor has no form for {text}")

        reason = REASONS.get(self.kind, f"it knows {CONVOLUTION} and {LINEAR}")
        must(self.kind in (CONVOLUTION, LINEAR), f"a layer of kind {self.kind!r}: {reason}")
        must(self.stride in (1, 2), f"stride {self.stride}: it knows 1 and 2")
        must(self.groups == 1, f"a convolution in {self.groups} groups: {REASONS['depthwise_convolution']}")
        must(self.dilation == 1, f"dilation {self.dilation}: the taps of a kernel are neighbours")
        must(self.pool in POOLS, f"the pool {self.pool!r}: it knows {', '.join(POOLS)}")
        must(
            not (is_output and self.pool in AVERAGE_POOLS),
            f"an average pool after the output layer: {REASONS['average_pool']}",
        )
        if is_output:
            must(
                self.activation == NONE,
                f"the activation {self.activation!r} of the output layer: "
                f"its result is the membrane potential, write 'none'",
            )
        else:
            must(
                self.activation in (CLIP, RELU),
                f"the activation {self.activation!r}: a spike time means a value "
                f"from 0 to 1, it knows {CLIP} (ReLU clipped at 1) and {RELU}",
            )
        must(
            self.activation == CLIP or self.clip_at == 1,
            f"the activation {self.activation!r} with clip_at {self.clip_at:g}: only {CLIP} ends there",
        )
        if self.kind == LINEAR:
            must(self.padding == (0, 0) and self.stride == 1, "padding or stride of a linear layer")


class Architecture(BaseModel):
    """The layers of a network in order, and what its input means.

    Raises
    ------
    ArchitectureError
        From `from_json` and `from_dict`: no JSON, unknown or missing field, value out of range, layer
        the processor has no form for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    input_shape: Annotated[
        tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)]],
        Field(description="channels, height, width of the 8-bit image; a pixel p means p / 256"),
    ]
    input_coding: Literal["direct", "ttfs"] = DIRECT
    spike_code: Annotated[str, Field(description="what the hidden neurons send")] = codes.Ttfs.name
    input_mean: Annotated[
        tuple[Annotated[float, Field(allow_inf_nan=False)], ...],
        Field(
            description="of each channel, in units of p / 256; the first layer gets (value - input_mean) / input_std. "
            "Folded into its weights, so it must not pad"
        ),
    ] = ()
    input_std: Annotated[
        tuple[Annotated[float, Field(allow_inf_nan=False)], ...], Field(description="as input_mean; none is 0")
    ] = ()
    batch_norm_epsilon: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 1e-5
    class_names: tuple[str, ...] = ()
    data_set: Annotated[str | None, Field(description="name of the data set that the network was trained for")] = None
    layers: Annotated[tuple[LayerDescription, ...], Field(min_length=1)]

    @field_validator("spike_code")
    @classmethod
    def _check_spike_code(cls, name):
        return codes.spike_code(name).name

    @field_validator("layers")
    @classmethod
    def _check_layers(cls, layers):
        for index, layer in enumerate(layers):
            layer.refuse_unknown_forms(is_output=index == len(layers) - 1)
        return layers

    def tensor_names(self):
        """Names of all tensors that the layers have (set of str)."""
        names = set()
        for layer in self.layers:
            names |= {layer.weight, layer.bias} - {None}
            if layer.batch_norm is not None:
                names |= {f"{layer.batch_norm}.{parameter}" for parameter in PARAMETERS}
        return names

    @classmethod
    def from_json(cls, text, source):
        """`source` says in error messages where the text came from."""
        _refuse_repeated_fields(text, source)
        return cls._validate(cls.model_validate_json, text, source)

    @classmethod
    def from_dict(cls, fields, source):
        """The same from Python values."""
        return cls._validate(cls.model_validate, fields, source)

    @classmethod
    def _validate(cls, validate, document, source):
        try:
            return validate(document)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"])) or "document"
            raise ArchitectureError(
                f"architecture {source}: {place}: {first['msg'].removeprefix('Value error, ')}"
            ) from None


def _refuse_repeated_fields(text, source):
    """Raises ArchitectureError for an object with two fields of one name, of which a reader would drop one."""

    def unique(pairs):
        seen = set()
        for name, _ in pairs:
            if name in seen:
                raise ArchitectureError(f"architecture {source}: the field {name!r} stands there twice")
            seen.add(name)
        return dict(pairs)

    try:
        json.loads(text, object_pairs_hook=unique)
    except (json.JSONDecodeError, RecursionError):
        return  # no JSON: the validation says where


def load(path):
    """The architecture in a JSON file.

    Raises
    ------
    ArchitectureError
        The file cannot be read or is not a valid architecture.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")  # some editors begin a file with a byte-order mark
    except OSError as error:
        raise ArchitectureError(f"cannot read architecture {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ArchitectureError(f"architecture {path} is not a text file") from None
    return Architecture.from_json(text, path)


def of_checkpoint(checkpoint):
    """The architecture of a checkpoint, from the JSON file beside it or else from its metadata.

    Raises
    ------
    ArchitectureError
        The checkpoint has neither, or what it has is invalid.
    """
    beside = checkpoint.path.with_suffix(".json")
    if beside.exists():
        return load(beside)
    if METADATA_KEY in checkpoint.metadata:
        return Architecture.from_json(checkpoint.metadata[METADATA_KEY], f"in the metadata of {checkpoint.path}")
    if checkpoint.metadata.get("arch") == vgg16.NAME:
        return Architecture.from_json(json.dumps(vgg16.architecture(checkpoint)), f"derived from {checkpoint.path}")
    raise ArchitectureError(
        f"checkpoint {checkpoint.path} does not say what its tensors mean: expected {beside} "
        f"beside it, the metadata {METADATA_KEY!r}, or the metadata arch={vgg16.NAME}; name a "
        f"JSON file with --architecture (docs/network_file.md). Of a PyTorch module, "
        f"`firstspike describe my_package.models:Net --input-shape CHANNELS HEIGHT WIDTH -o {beside}` writes it"
    )
