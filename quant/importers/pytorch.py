"""A PyTorch module as architecture and tensors: every operation of its traced graph is understood, or refused."""

from pathlib import Path

import numpy as np

from firstspike.quant.importers import module_check, traced_graph
from firstspike.quant.importers.architecture import Architecture
from firstspike.quant.importers.batch_norm import PARAMETERS
from firstspike.quant.importers.checkpoint import Checkpoint
from firstspike.quant.importers.layer_chain import LayerChain
from firstspike.quant.importers.traced_graph import DATA, Constant


def describe(module, input_shape, name=None, class_names=(), input_coding="direct"):
    """What a module computes in evaluation mode, as the exporter takes it.

    Parameters
    ----------
    module : torch.nn.Module
        A chain of convolutions and fully connected layers with batch norms, pools and (clipped) ReLUs, as modules or
        as functions. Its input is an image of pixels p / 256, which it may normalise.
    input_shape : (int, int, int)
        Channels, height, width.
    name : str, optional
        By default that of the module's class.
    class_names : sequence of str
    input_coding : str
        "direct" or "ttfs".

    Returns
    -------
    (Checkpoint, Architecture)

    Raises
    ------
    ArchitectureError
        The processor has no form for a layer, or the imported layers do not compute what the module computes; says
        which and why.
    """
    traced = traced_graph.trace(module, input_shape)
    name = name or type(module).__name__
    reader = _Reader(input_shape)
    for operation in traced.operations:
        reader.read(operation)
    architecture = Architecture.from_dict(
        {
            "name": name,
            "input_shape": tuple(input_shape),
            "input_coding": input_coding,
            "batch_norm_epsilon": reader.chain.batch_norm_epsilon,
            "class_names": tuple(class_names),
            "layers": reader.chain.layers(),
            **reader.normalisation(),
        },
        f"of the module {type(module).__name__}",
    )
    checkpoint = Checkpoint(Path(f"{type(module).__name__} (module)"), reader.tensors, {})
    module_check.require_equal(traced, checkpoint, architecture, reader.ends)
    return checkpoint, architecture


UNKNOWN_STATISTICS = "batch norm without weight, bias or running statistics, or in training mode"
ENDLESS_DROPOUT = "dropout that drops also after eval(); call functional.dropout with training=self.training"


class _Reader:
    """Turns the operations of a trace into a chain of layers.

    Attributes
    ----------
    chain : LayerChain
    tensors : dict of float64 arrays by name
    ends : list of torch.fx.Node
        What yields the output of each layer, before an average pool.
    """

    def __init__(self, input_shape):
        self.chain, self.tensors, self.ends = LayerChain(), {}, []
        self._map = tuple(input_shape)
        """Channels, height, width. Reshapes keep the order of its values, so it stays what a layer sees."""
        self._shape = (traced_graph.BATCH, *input_shape)
        """Of the tensor, with the batch."""
        self._scale, self._shift = np.ones(input_shape[0]), np.zeros(input_shape[0])
        """The normalisation of the input so far: scale * x + shift."""
        self._labels = set()
        self._has_ended = False

    def normalisation(self):
        """Fields of the architecture."""
        if (self._scale == 1).all() and not self._shift.any():
            return {}
        return {
            "input_mean": tuple((-self._shift / self._scale).tolist()),
            "input_std": tuple((1 / self._scale).tolist()),
        }

    def read(self, operation):
        """Raises ArchitectureError for an operation that is not understood."""
        known = OPERATIONS.get(operation.target)
        if known is None:
            self.chain.refuse(operation.label, REFUSED.get(operation.function, operation.function))
        if self._has_ended and known is not _Reader._reshape:
            self.chain.refuse(operation.label, f"{operation.function} after the softmax")
        known(self, operation, **operation.arguments)
        self._shape = operation.shape

    # Layers. The arguments of every method are those of the operation in ATen's schema.

    def _conv2d(self, operation, first, weight, bias, stride, padding, dilation, groups):
        self._require_map(operation.label, "a convolution")
        label, names = self._weights(operation.label, weight, bias)
        if padding == "same":
            padding = [d * (size - 1) / 2 for size, d in zip(weight.tensor.shape[2:], _pair(dilation))]
        elif padding == "valid":
            padding = 0
        self.chain.convolution(label, bias is not None, _pair(padding), _pair(stride), groups, _pair(dilation), *names)
        self._start(operation, operation.shape[1:])

    def _linear(self, operation, first, weight, bias):
        if self._shape != (traced_graph.BATCH, int(np.prod(self._map))):
            self.chain.refuse(
                operation.label, f"a linear layer over the last axis of {self._shape[1:]}; flatten the map before it"
            )
        label, names = self._weights(operation.label, weight, bias)
        self.chain.linear(label, bias is not None, *names)
        self._start(operation, (operation.shape[1], 1, 1))

    def _batch_norm(
        self,
        operation,
        first,
        weight,
        bias,
        running_mean,
        running_var,
        momentum,
        eps,
        training=False,
        cudnn_enabled=False,
    ):
        label = operation.label
        parameters = (weight, bias, running_mean, running_var)
        if training or any(not isinstance(one, Constant) for one in parameters):
            self.chain.refuse(label, UNKNOWN_STATISTICS)
        if self._shape[1] != self._map[0]:
            self.chain.refuse(label, f"a batch norm of {self._shape[1]} channels on a map of {self._map}")
        if not self.ends:
            scale, shift = (_array(one) for one in (weight, bias))
            mean, var = (_array(one) for one in (running_mean, running_var))
            scale = scale / np.sqrt(var + eps)
            self._normalise(operation, scale, shift - mean * scale)
            return
        prefix = (running_mean.name or "").removesuffix(".running_mean") or label
        if tuple(one.name for one in parameters) != tuple(f"{prefix}.{parameter}" for parameter in PARAMETERS):
            prefix = label
        for parameter, one in zip(PARAMETERS, parameters):
            self.tensors[f"{prefix}.{parameter}"] = _array(one)
        self.chain.batch_norm(label, eps, prefix)
        self.ends[-1] = operation.node

    # What follows a layer.

    def _relu(self, operation, first):
        self._clip(operation, 0, None)

    def _relu6(self, operation, first):
        self._clip(operation, 0, 6)

    def _hardtanh(self, operation, first, min_val, max_val):
        self._clip(operation, min_val, max_val)

    def _clamp(self, operation, first, min=None, max=None):
        self._clip(operation, min, max)

    def _clip(self, operation, low, high):
        self.chain.activation(operation.label, low, high)
        self.ends[-1] = operation.node

    def _max_pool2d(self, operation, first, kernel_size, stride, padding, dilation, ceil_mode):
        if _pair(dilation) != (1, 1):
            self.chain.refuse(operation.label, f"a max pool of dilation {_pair(dilation)}")
        self._pool(operation, "max", kernel_size, stride, padding, ceil_mode)

    def _avg_pool2d(
        self, operation, first, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    ):
        kernel = _pair(kernel_size)
        # Without padding, which is refused below, nothing is left to count or not to count.
        if divisor_override not in (None, kernel[0] * kernel[1]):
            self.chain.refuse(operation.label, f"an average pool that divides by {divisor_override}")
        self._pool(operation, "average", kernel, stride, padding, ceil_mode)

    def _adaptive_avg_pool2d(self, operation, first, output_size):
        self._require_map(operation.label, "an adaptive average pool")
        size, out = self._map[1:], operation.shape[2:]
        if any(before % after for before, after in zip(size, out)):
            self.chain.refuse(operation.label, f"an adaptive average pool from {size} to {out}: its windows overlap")
        kernel = tuple(before // after for before, after in zip(size, out))
        self._pool(operation, "average", kernel, kernel, 0, False)

    def _mean(self, operation, first, dim, keepdim, dtype):
        axes = {axis % len(self._shape) for axis in dim or range(len(self._shape))}
        channels = (traced_graph.BATCH, self._map[0])
        if self._shape[:2] != channels or axes != set(range(2, len(self._shape))):
            self.chain.refuse(operation.label, f"a mean over the axes {sorted(axes)} of {self._shape}")
        self._require_float(operation, dtype)
        self._average_whole_map(operation.label)

    def _pool(self, operation, kind, kernel, stride, padding, ceil_mode):
        label = operation.label
        self._require_map(label, f"a {kind} pool")
        size, out = self._map[1:], operation.shape[2:]
        kernel, padding = _pair(kernel), _pair(padding)
        stride = _pair(stride) if stride not in ([], None) else kernel
        if ceil_mode and out != tuple((s + 2 * p - k) // t + 1 for s, p, k, t in zip(size, padding, kernel, stride)):
            self.chain.refuse(label, f"a pool with ceil_mode on a map of {size}, whose last windows are cut")
        if padding == (0, 0) and kernel == (1, 1) and stride == (1, 1):
            return
        if kind == "average" and padding == (0, 0) and kernel == size:
            self._average_whole_map(label)
            return
        self.chain.pool(label, kind, kernel, stride, padding)
        self._map = (self._map[0], *out)
        if kind == "max":
            self.ends[-1] = operation.node

    def _average_whole_map(self, label):
        if self._map[1:] != (1, 1):
            self.chain.global_average_pool(label)
            self._map = (self._map[0], 1, 1)

    def _softmax(self, operation, first, dim, dtype):
        # The largest logit stays the largest: the layers end before it.
        shape = (traced_graph.BATCH, self._map[0])
        if self._map[1:] != (1, 1) or self._shape[:2] != shape or dim % len(self._shape) != 1 or not self.ends:
            self.chain.refuse(operation.label, f"a softmax over axis {dim} of {self._shape}")
        self._require_float(operation, dtype)
        self._has_ended = True

    # What changes no value.

    def _reshape(self, operation, **_):
        if operation.shape[0] != traced_graph.BATCH:
            self.chain.refuse(operation.label, f"a change of shape from {self._shape} to {operation.shape}")

    def _same(self, operation, **arguments):
        """An operation that only copies, if it keeps the shape."""
        if operation.shape != self._shape or arguments.get("step", 1) != 1:
            self.chain.refuse(operation.label, f"{operation.function} from {self._shape} to {operation.shape}")

    def _dropout(self, operation, first, p, train):
        if train:
            self.chain.refuse(operation.label, ENDLESS_DROPOUT)

    def _to_copy(self, operation, first, **_):
        self._require_float(operation, operation.node.meta["val"].dtype)

    def _pad(self, operation, first, pad, mode="constant", value=None):
        what = f"padding of mode {mode}" if mode != "constant" else "padding as a layer of its own"
        self.chain.refuse(operation.label, f"{what}; let the convolution after it pad with zeros")

    # The normalisation of the input.

    def _add(self, operation, first, other, alpha):
        if first is DATA:
            self._normalise(operation, 1, alpha * self._per_channel(operation, other))
        else:
            self._normalise(operation, alpha, self._per_channel(operation, first))

    def _sub(self, operation, first, other, alpha):
        self._add(operation, first, other, -alpha)

    def _rsub(self, operation, first, other, alpha):
        self._add(operation, other, first, -alpha)

    def _mul(self, operation, first, other):
        factor = self._per_channel(operation, other if first is DATA else first)
        self._normalise(operation, factor, 0)

    def _div(self, operation, first, other):
        if first is not DATA:
            self.chain.refuse(operation.label, "a division by an activation")
        self._normalise(operation, 1 / self._per_channel(operation, other), 0)

    def _normalise(self, operation, scale, shift):
        """scale, shift: numbers, or float64 (channels,)."""
        scale, shift, label = np.asarray(scale), np.asarray(shift), operation.label
        if not (np.isfinite(scale).all() and np.isfinite(shift).all() and scale.all()):
            self.chain.refuse(label, "a normalisation that divides by 0, or multiplies by 0")
        self._scale, self._shift = self._scale * scale, self._shift * scale + shift

    def _per_channel(self, operation, operand):
        """float64 (channels,) of a number or a tensor that is the same at all positions."""
        if self.ends:
            self.chain.refuse(operation.label, "arithmetic after the first layer; put it into the weights of a layer")
        tensor = _array(operand) if isinstance(operand, Constant) else np.float64(operand)
        if operation.shape != (traced_graph.BATCH, *self._map) or self._shape != operation.shape:
            self.chain.refuse(operation.label, f"arithmetic on a map of the shape {self._shape}")
        try:
            everywhere = np.broadcast_to(tensor, (1, *self._map))[0]
        except ValueError:
            self.chain.refuse(operation.label, f"arithmetic with a tensor of the shape {tensor.shape}")
        if (everywhere != everywhere[:, :1, :1]).any():
            self.chain.refuse(operation.label, "a normalisation that differs by the position in the image")
        return everywhere[:, 0, 0].astype(np.float64)

    # Helpers.

    def _start(self, operation, shape):
        self._map = tuple(shape)
        self.ends.append(operation.node)

    def _weights(self, label, weight, bias):
        """The name of a layer, and those under which its tensors are kept: the module's, or else the layer's."""
        for one in (weight, bias):
            if one is DATA:
                self.chain.refuse(label, "weights that depend on the image")
        base = (weight.name or "").removesuffix(".weight")
        base = base if base != weight.name and base else label
        number, layer = 1, base
        while layer in self._labels:  # the same layer once more
            number += 1
            layer = f"{base}_{number}"
        self._labels.add(layer)
        names = []
        for one, role in ((weight, "weight"), (bias, "bias")):
            names.append(None if one is None else one.name or f"{layer}.{role}")
            if one is not None:
                self.tensors[names[-1]] = _array(one)
        return layer, names

    def _require_map(self, label, what):
        if self._shape != (traced_graph.BATCH, *self._map):
            self.chain.refuse(label, f"{what} on a map of {self._map} that was given the shape {self._shape[1:]}")

    def _require_float(self, operation, dtype):
        if dtype not in (None, *traced_graph.DTYPES):
            self.chain.refuse(operation.label, f"numbers of the type {dtype}")


def _pair(value):
    values = list(value) if isinstance(value, (list, tuple)) else [value]
    return tuple(values * 2) if len(values) == 1 else tuple(values)


def _array(constant):
    return constant.tensor.double().numpy()


OPERATIONS = {
    f"aten.{name}": function
    for function, names in {
        _Reader._conv2d: ("conv2d.default", "conv2d.padding"),
        _Reader._linear: ("linear.default",),
        _Reader._batch_norm: ("batch_norm.default", "_native_batch_norm_legit_no_training.default"),
        _Reader._relu: ("relu.default",),
        _Reader._relu6: ("relu6.default",),
        _Reader._hardtanh: ("hardtanh.default",),
        _Reader._clamp: ("clamp.default", "clamp_min.default", "clamp_max.default"),
        _Reader._max_pool2d: ("max_pool2d.default", "max_pool2d_with_indices.default"),
        _Reader._avg_pool2d: ("avg_pool2d.default",),
        _Reader._adaptive_avg_pool2d: ("adaptive_avg_pool2d.default", "_adaptive_avg_pool2d.default"),
        _Reader._mean: ("mean.dim",),
        _Reader._softmax: ("softmax.int", "log_softmax.int"),
        _Reader._reshape: (
            *("view.default", "_unsafe_view.default", "reshape.default", "flatten.using_ints", "unflatten.int"),
            *("squeeze.default", "squeeze.dim", "squeeze.dims", "unsqueeze.default"),
        ),
        _Reader._same: (
            *("alias.default", "clone.default", "contiguous.default", "detach.default", "expand.default"),
            "slice.Tensor",
        ),
        _Reader._dropout: ("dropout.default", "feature_dropout.default", "alpha_dropout.default"),
        _Reader._to_copy: ("_to_copy.default", "to.dtype", "to.dtype_layout", "to.device"),
        _Reader._pad: ("pad.default", "constant_pad_nd.default"),
        _Reader._add: ("add.Tensor",),
        _Reader._sub: ("sub.Tensor",),
        _Reader._rsub: ("rsub.Scalar",),
        _Reader._mul: ("mul.Tensor",),
        _Reader._div: ("div.Tensor",),
    }.items()
    for name in names
}
"""Operation -> method that reads it. What is not here is refused."""

REFUSED = {
    "layer_norm": "layer_norm",
    "group_norm": "layer_norm",
    "instance_norm": "layer_norm",
    "conv_transpose2d": "transposed_convolution",
    "_native_batch_norm_legit": UNKNOWN_STATISTICS,
    "native_dropout": ENDLESS_DROPOUT,
    "clamp": "a clamp with limits that are tensors; give numbers",
    **dict.fromkeys(("permute", "transpose", "mT", "numpy_T", "flip", "roll"), "another order of the values of a map"),
    **dict.fromkeys(("select", "index", "index_select", "gather"), "a part of a map (indexing)"),
}
"""Function of ATen -> what it is called in the message, or its key in `architecture.REASONS`."""
