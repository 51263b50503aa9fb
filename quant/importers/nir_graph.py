"""Networks in NIR, the Neuromorphic Intermediate Representation: integrate-and-fire neurons as clipped ReLUs.

The potential of an integrate-and-fire neuron (`IF`) grows by r * i * dt in a time step of dt with the input i, and goes from v_threshold
back to v_reset with every spike. A spike has the value 1, so a constant input makes the rate min(1, g * i) with the gain
g = r * dt / (v_threshold - v_reset): a ReLU that is clipped at 1, after weights and biases times g. Here that value is sent as one spike
time. The metadata `time_code` of an `IF` node may say so.
"""

from pathlib import Path

import nir
import numpy as np

from firstspike.quant.importers.architecture import Architecture, ArchitectureError
from firstspike.quant.importers.checkpoint import Checkpoint, CheckpointError
from firstspike.quant.importers.layer_chain import LayerChain

TIME_CODE = "time_code"
TIME_CODE_VALUE = "ttfs, ticks of 2^(-1/4)"
"""Metadata of an `IF` node that fires once, at a time that means its value. Nodes with another one are refused."""

METADATA = ("name", "class_names", "data_set", "input_coding")
"""Metadata of the graph that the architecture takes over; class names are separated by commas."""

TIME_STEP = "dt"
"""Metadata of the graph: the time step of its simulation in the unit of its time constants, which NIR does not hold."""

USUAL_TIME_STEP = 1e-4
"""Seconds. Exporters that take time for seconds write r = 1 / dt, with this dt where their user names no other."""

LARGEST_GAIN = 100
"""With a larger r / (v_threshold - v_reset), one time step is not the unit of time: hardly any input would lie below 1."""

LEAKS = (nir.LIF, nir.LI, nir.CubaLIF, nir.CubaLI)


def read(path):
    """Tensors and architecture of a `.nir` file.

    Returns
    -------
    (Checkpoint, Architecture)

    Raises
    ------
    CheckpointError
        The file cannot be read.
    ArchitectureError
        The processor has no form for a node; says which and why.
    """
    path = Path(path)
    if not path.is_file():
        raise CheckpointError(f"checkpoint {path}: no such file")
    try:
        # Other libraries leave out shapes that NIR's own check asks for; every shape is checked at the import.
        graph = nir.read(path, type_check=False)
    except Exception as error:  # a damaged or foreign file makes h5py and nir end with nearly any exception
        raise CheckpointError(f"checkpoint {path} is not a NIR file, or it is damaged: {error}") from None
    return describe(graph, path.stem, path)


def describe(graph, name="nir", path=None):
    """The same for a `nir.NIRGraph`."""
    try:
        return _describe(graph, name, path)
    except ArchitectureError:
        raise
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        # NIR checks few of its parameters: a node may hold anything.
        raise ArchitectureError(
            f"NIR graph {name}: a parameter has another type or shape than NIR says: {type(error).__name__}: {error}"
        ) from None


def _describe(graph, name, path):
    chain, tensors = LayerChain(), {}
    labels = _chain_of_nodes(graph, chain)
    time_step = _time_step(graph)
    scale, weights = 1.0, None
    for label in labels:
        node = graph.nodes[label]
        if isinstance(node, (nir.Conv2d, nir.Affine, nir.Linear)):
            _add_layer(chain, tensors, label, node, scale)
            scale, weights = 1.0, label
        elif isinstance(node, nir.IF):
            if weights is None:
                chain.refuse(label, "neurons that do not directly follow a convolution or linear layer")
            for tensor in (f"{weights}.weight", f"{weights}.bias"):
                if tensor in tensors:
                    gain = _gain(chain, label, node, tensors[f"{weights}.weight"].shape, time_step)
                    tensors[tensor] = tensors[tensor] * gain.reshape(-1, *[1] * (tensors[tensor].ndim - 1))
            # The neurons of the output layer do not fire: the largest potential decides.
            if label != labels[-1]:
                chain.activation(label, 0, 1.0)
            weights = None
        elif isinstance(node, (nir.AvgPool2d, nir.SumPool2d)):
            weights = None
            chain.pool(label, "average", *(_pair(value) for value in (node.kernel_size, node.stride, node.padding)))
            scale = 4.0 if isinstance(node, nir.SumPool2d) else 1.0
        elif isinstance(node, LEAKS):
            chain.refuse(label, "leak")
        elif not isinstance(node, nir.Flatten):
            chain.refuse(label, f"the NIR node {type(node).__name__}")
    text = {key: _text(graph.metadata[key]) for key in METADATA if key in graph.metadata}
    if isinstance(text.get("class_names"), str):
        text["class_names"] = tuple(text["class_names"].split(","))
    architecture = Architecture.from_dict(
        {"name": name, "input_shape": _input_shape(graph), "layers": chain.layers()} | text, f"of the NIR graph {name}"
    )
    return Checkpoint(path or Path(name), tensors, {TIME_STEP: f"{time_step:g}"}), architecture


def _chain_of_nodes(graph, chain):
    """Names of the nodes between input and output, in order."""
    successors, predecessors = {}, {}
    for source, target in graph.edges:
        successors.setdefault(source, []).append(target)
        predecessors.setdefault(target, []).append(source)
    inputs = [label for label, node in graph.nodes.items() if isinstance(node, nir.Input)]
    if len(inputs) != 1:
        raise ArchitectureError(f"NIR graph: expected one input, found {len(inputs)}")
    for label in {*successors, *predecessors}.difference(graph.nodes):
        raise ArchitectureError(f"NIR graph: an edge begins or ends at the node {label}, which is not there")
    labels, label = [], inputs[0]
    while True:
        following = successors.get(label, [])
        if not following:
            raise ArchitectureError(f"NIR graph: nothing follows the node {label}, which is no output")
        if len(following) > 1 or len(predecessors[following[0]]) > 1 or following[0] == inputs[0]:
            chain.refuse(following[0], _branching(graph, label, successors))
        label = following[0]
        if isinstance(graph.nodes[label], nir.Output):
            return labels
        labels.append(label)


def _branching(graph, label, successors):
    """What a graph is that goes on from a node in several ways, or comes from several."""
    reached = _reached(label, successors)
    if any(one in _reached(one, successors) for one in reached):
        return "recurrent"
    outputs = sum(isinstance(graph.nodes[one], nir.Output) for one in reached)
    return "residual_add" if outputs < 2 else f"{outputs} outputs"


def _reached(label, successors):
    """All nodes that follow a node."""
    reached, open_ends = set(), [label]
    while open_ends:
        new = set(successors.get(open_ends.pop(), [])) - reached
        reached |= new
        open_ends += new
    return reached


def _add_layer(chain, tensors, label, node, scale):
    bias = getattr(node, "bias", None)
    tensors[f"{label}.weight"] = np.asarray(node.weight, dtype=np.float64) * scale
    if bias is not None:
        bias = np.asarray(bias, dtype=np.float64)
        tensors[f"{label}.bias"] = np.broadcast_to(bias, (len(node.weight),)) if bias.ndim == 0 else bias
    if not isinstance(node, nir.Conv2d):
        chain.linear(label, has_bias=bias is not None)
        return
    kernel, dilation = node.weight.shape[2:], _pair(node.dilation)
    padding = _text(node.padding)
    if isinstance(padding, str):
        padding = {"valid": (0, 0), "same": tuple(d * (k - 1) / 2 for k, d in zip(kernel, dilation))}[padding]
    chain.convolution(label, bias is not None, _pair(padding), _pair(node.stride), int(node.groups), dilation)


def _time_step(graph):
    """dt: what the metadata say; 1 if the neurons mean something with it; else what exporters take for granted."""
    if TIME_STEP in graph.metadata:
        try:
            step = float(_text(graph.metadata[TIME_STEP]))
        except (TypeError, ValueError):
            step = float("nan")
        if not 0 < step < float("inf"):
            raise ArchitectureError(
                f"NIR graph: expected a positive time step {TIME_STEP!r} in the metadata, got {step}"
            )
        return step
    neurons = [node for node in graph.nodes.values() if isinstance(node, nir.IF)]
    with np.errstate(divide="ignore", invalid="ignore"):  # what is not finite is refused with its node
        gains = [np.max(_real(node.r) / (_real(node.v_threshold) - _real(node.v_reset))) for node in neurons]
    if not any(np.isfinite(gain) and gain > LARGEST_GAIN for gain in gains):
        return 1.0
    if all((_real(node.r) == 1 / USUAL_TIME_STEP).all() for node in neurons):
        return USUAL_TIME_STEP
    raise ArchitectureError(
        f"NIR graph: its neurons have r / (v_threshold - v_reset) up to {np.nanmax(gains):g}, so its time step is not 1, and "
        "it does not say which it is: write the dt of its simulation into the metadata, graph.metadata['dt'] = 0.001, say"
    )


def _gain(chain, label, node, shape, time_step):
    """What a layer of weights of this shape is multiplied by, float64 (out,), so that its neurons are clipped at 1."""
    code = _text(node.metadata.get(TIME_CODE, TIME_CODE_VALUE))
    if code != TIME_CODE_VALUE:
        chain.refuse(label, f"the time code {code!r} (here it is {TIME_CODE_VALUE!r})")
    r, rise = _real(node.r), _real(node.v_threshold) - _real(node.v_reset)
    if not (np.isfinite(r).all() and np.isfinite(rise).all() and r.min() > 0 and rise.min() > 0):
        chain.refuse(label, "neurons whose r, or v_threshold - v_reset, is not positive and finite")
    gain = r * time_step / rise
    if gain.min() == gain.max():
        return np.full(shape[0], gain.flat[0])
    # A linear layer has one neuron a channel, a convolution a map of them.
    by_channel = gain.ndim == (1 if len(shape) == 2 else 3) and len(gain) == shape[0]
    channels = gain.reshape(len(gain), -1)
    if not by_channel or (channels != channels[:, :1]).any():
        between = f"from {gain.min():g} to {gain.max():g}"
        chain.refuse(label, f"r / (v_threshold - v_reset) that differs within a channel, {between}")
    return channels[:, 0]


def _real(value):
    return np.asarray(value, dtype=np.float64)


def _input_shape(graph):
    node = next(node for node in graph.nodes.values() if isinstance(node, nir.Input))
    sizes = np.ravel(node.input_type["input"])
    if len(sizes) == 0 or any(size is None for size in sizes):
        raise ArchitectureError("NIR graph: its input has no shape; expected channels, height, width (or channels)")
    if any(size != int(size) for size in sizes):
        raise ArchitectureError(f"NIR graph: expected an input of whole sizes, got {tuple(map(float, sizes))}")
    shape = tuple(map(int, sizes))
    if len(shape) == 1:
        return (*shape, 1, 1)
    if len(shape) != 3:
        raise ArchitectureError(
            f"NIR graph: expected an input of channels, height, width (or of channels), got {shape}"
        )
    return shape


def _pair(value):
    values = [float(one) for one in np.ravel(value)]
    values = [int(one) if one == int(one) else one for one in values]
    return (values[0], values[0]) if len(values) == 1 else tuple(values)


def _text(value):
    return value.decode() if isinstance(value, bytes) else value
