"""Networks in NIR, the Neuromorphic Intermediate Representation: integrate-and-fire neurons as clipped ReLUs.

NIR says nothing about when a neuron fires. An integrate-and-fire neuron (`IF`) that gets the input r*V and fires at
v_threshold sends, as a rate, what a ReLU sends that is clipped at v_threshold / r; here it sends that value as one
spike time. The metadata `time_code` of an `IF` node may say so.
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

METADATA = ("name", "class_names", "input_coding")
"""Metadata of the graph that the architecture takes over; class names are separated by commas."""

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
    chain, tensors = LayerChain(), {}
    labels = _chain_of_nodes(graph, chain)
    scale = 1.0
    for label in labels:
        node = graph.nodes[label]
        if isinstance(node, (nir.Conv2d, nir.Affine, nir.Linear)):
            _add_layer(chain, tensors, label, node, scale)
            scale = 1.0
        elif isinstance(node, nir.IF):
            # The neurons of the output layer do not fire: the largest potential decides.
            if label != labels[-1]:
                chain.activation(label, 0, _threshold(chain, label, node))
        elif isinstance(node, (nir.AvgPool2d, nir.SumPool2d)):
            chain.pool(label, "average", *(_pair(value) for value in (node.kernel_size, node.stride, node.padding)))
            scale = 4.0 if isinstance(node, nir.SumPool2d) else 1.0
        elif isinstance(node, LEAKS):
            chain.refuse(label, "leak")
        elif not isinstance(node, nir.Flatten):
            chain.refuse(label, f"the NIR node {type(node).__name__}")
    text = {key: _text(graph.metadata[key]) for key in METADATA if key in graph.metadata}
    if "class_names" in text:
        text["class_names"] = tuple(text["class_names"].split(","))
    architecture = Architecture.from_dict(
        {"name": name, "input_shape": _input_shape(graph), "layers": chain.layers()} | text, f"of the NIR graph {name}"
    )
    return Checkpoint(path or Path(name), tensors, {}), architecture


def _chain_of_nodes(graph, chain):
    """Names of the nodes between input and output, in order."""
    successors, predecessors = {}, {}
    for source, target in graph.edges:
        successors.setdefault(source, []).append(target)
        predecessors.setdefault(target, []).append(source)
    inputs = [label for label, node in graph.nodes.items() if isinstance(node, nir.Input)]
    if len(inputs) != 1:
        raise ArchitectureError(f"NIR graph: expected one input, found {len(inputs)}")
    labels, label = [], inputs[0]
    while True:
        following = successors.get(label, [])
        if not following:
            raise ArchitectureError(f"NIR graph: nothing follows the node {label}, which is no output")
        if len(following) > 1 or len(predecessors[following[0]]) > 1:
            chain.refuse(following[0], "recurrent" if _in_loop(following[0], successors) else "residual_add")
        label = following[0]
        if isinstance(graph.nodes[label], nir.Output):
            return labels
        labels.append(label)


def _in_loop(label, successors):
    """Whether a node is among those that follow it."""
    reached, open_ends = set(), [label]
    while open_ends:
        new = set(successors.get(open_ends.pop(), [])) - reached
        reached |= new
        open_ends += new
    return label in reached


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


def _threshold(chain, label, node):
    """The value at which the neurons of a layer are clipped."""
    code = _text(node.metadata.get(TIME_CODE, TIME_CODE_VALUE))
    if code != TIME_CODE_VALUE:
        chain.refuse(label, f"the time code {code!r} (here it is {TIME_CODE_VALUE!r})")
    values = np.unique(np.asarray(node.v_threshold, dtype=np.float64) / np.asarray(node.r, dtype=np.float64))
    if len(values) != 1:
        chain.refuse(label, f"thresholds that differ within a layer, from {values.min():g} to {values.max():g}")
    return float(values[0])


def _input_shape(graph):
    node = next(node for node in graph.nodes.values() if isinstance(node, nir.Input))
    shape = tuple(int(size) for size in np.ravel(node.input_type["input"]))
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
