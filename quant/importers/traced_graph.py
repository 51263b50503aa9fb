"""The graph of a PyTorch module as torch.export traces it, reduced to the chain from its input to its output.

Every operation is one of ATen with all its arguments, at one image size: shapes, hooks and functions are operations
like all others, and in-place operations are replaced by those without side effects. What does not depend on the
image is evaluated, so that weights may be computed (weight norm, pruning, a constant that is reshaped).
"""

import copy
import inspect
import operator
import warnings
from dataclasses import dataclass, field

import torch
from torch import fx, nn
from torch.export.graph_signature import InputKind, OutputKind

from firstspike.quant.importers import torch_tensors
from firstspike.quant.importers.architecture import ArchitectureError
from firstspike.quant.importers.layer_chain import refuse

BATCH = 2
"""Images of one evaluation: more than one, so that an operation on the batch is not taken for one on an image."""

WRAPPERS = {"DataParallel": "module", "DistributedDataParallel": "module", "OptimizedModule": "_orig_mod"}
"""Modules that compute what the module inside computes -> its attribute."""

DTYPES = (torch.float64, torch.float32)
"""In which a module is evaluated: the first one that it runs in."""

HARMLESS = ("aten._assert_tensor_metadata.default",)
"""Operations without result that change nothing."""

JOINS = {
    "add": "residual_add",
    "sub": "residual_add",
    "cat": "concatenate",
    "stack": "concatenate",
    "mul": "gate",
    "matmul": "attention",
    "bmm": "attention",
    "mm": "attention",
    "scaled_dot_product_attention": "attention",
}
"""Operations that join two paths from the input -> their key in `REASONS`."""

LAYERS = ("conv2d", "linear")
OTHER_MODULES = {nn.RNNBase: "recurrent", nn.RNNCellBase: "recurrent", nn.MultiheadAttention: "attention"}
"""Modules of many operations -> their key in `REASONS`."""


@dataclass(frozen=True, eq=False)
class Constant:
    """A tensor that does not depend on the image; `name` is that of the parameter or buffer, or None."""

    tensor: torch.Tensor
    name: str | None


@dataclass(frozen=True, eq=False)
class Operation:
    """One operation of the chain.

    Attributes
    ----------
    label : str
        The module that it stands for, or the name of the function.
    target : str
        As "aten.conv2d.default".
    arguments : dict
        All arguments by their name in the operation's schema, and the first one as `FIRST`: numbers, `Constant`, and `DATA` for the map before it.
    shape : tuple of int
        Of the result, with the batch.
    node : torch.fx.Node
    """

    label: str
    target: str
    arguments: dict
    shape: tuple
    node: fx.Node

    @property
    def function(self):
        """As "conv2d"."""
        return _short(self.target)


FIRST = "first"
DATA = object()
"""In place of an argument: what the operation before it in the chain yields."""


@dataclass(eq=False)
class Trace:
    """A module and what its graph computes.

    Attributes
    ----------
    module : torch.nn.Module
        A copy in evaluation mode, on the CPU.
    dtype : torch.dtype
        float64 where the module runs in it, otherwise float32.
    operations : list of Operation
    """

    module: nn.Module
    dtype: torch.dtype
    operations: list = field(default_factory=list)
    _constants: dict = field(default_factory=dict)
    _input: fx.Node = None
    _path: tuple = ()

    @property
    def result(self):
        """The node that yields the module's result."""
        return self._path[-1]

    def values(self, images):
        """What every operation yields for a batch of `BATCH` images: dict of tensors by node."""
        values = self._constants | {self._input: images}
        for node in self._path:
            values[node] = _evaluate(node, values)
        return values


def trace(module, input_shape):
    """The Trace of a module.

    Raises
    ------
    ArchitectureError
        The module cannot be evaluated or traced, or its graph is not a chain; says why.
    """
    name = type(module).__name__
    evaluable, dtype = _evaluable(module, input_shape, name)
    program = _export(evaluable, torch.zeros(BATCH, *input_shape, dtype=dtype), name)
    found = Trace(evaluable, dtype)
    _read_signature(found, program, name)
    _read_chain(found, program, name)
    return found


def _evaluable(module, input_shape, name):
    """A copy in evaluation mode that runs on images of the shape, and the type of its numbers."""
    if isinstance(module, torch.jit.ScriptModule):
        raise ArchitectureError(f"module {name}: a TorchScript module cannot be traced; give the module it was made of")
    if not isinstance(module, nn.Module):
        raise ArchitectureError(f"expected a torch.nn.Module, got {name}")
    module = _unwrapped(module)
    for path, part in module.named_modules():
        for kind, reason in OTHER_MODULES.items():
            if isinstance(part, kind):
                refuse(path or name, reason)
        if ".quantized" in type(part).__module__:
            raise ArchitectureError(f"layer {path or name} is quantised: export the network in float, before that")
    for tensor_name, tensor in [*module.named_parameters(), *module.named_buffers()]:
        if problem := torch_tensors.problem(tensor):
            raise ArchitectureError(f"module {name}: the tensor {tensor_name!r} {problem}")
    try:
        module = copy.deepcopy(module, _computed_tensors(module))
    except Exception as error:  # a module may hold anything
        raise ArchitectureError(f"module {name} cannot be copied: {_first_line(error)}") from None
    for owner in list(module.modules()):
        for child_name, child in owner.named_children():
            setattr(owner, child_name, _unwrapped(child))
    module = module.eval().cpu()
    parameters = [one for one in inspect.signature(module.forward).parameters.values() if one.default is one.empty]
    inputs = [one.name for one in parameters if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]
    if len(inputs) > 1:
        raise ArchitectureError(
            f"module {name}: expected one input, the image, got {len(inputs)} ({', '.join(inputs)}); "
            f"the processor has no form for a second one"
        )
    for dtype in DTYPES:
        module = module.to(dtype)
        try:
            with torch.no_grad():
                result = module(torch.zeros(BATCH, *input_shape, dtype=dtype))
        except Exception as error:  # a module's own code may fail in any way
            reason = _first_line(error)
            continue
        if not isinstance(result, torch.Tensor):
            heads = f"an object of the type {type(result).__name__}"
            if isinstance(result, (tuple, list, dict)):
                heads = f"{len(result)} results (several heads)" if len(result) > 1 else f"a {type(result).__name__}"
            raise ArchitectureError(
                f"module {name}: expected one tensor of logits, got {heads}; the processor has one output layer: "
                f"export a module that yields only that one"
            )
        return module, dtype
    raise ArchitectureError(
        f"module {name} does not run on images of {' x '.join(map(str, input_shape))} "
        f"(channels, height, width): {reason}"
    )


def _unwrapped(module):
    while type(module).__name__ in WRAPPERS:
        module = getattr(module, WRAPPERS[type(module).__name__])
    return module


def _computed_tensors(module):
    """Copies, by identity, of tensors that torch does not copy: those that a module computes, as pruning does."""
    tensors = [one for part in module.modules() for one in vars(part).values() if isinstance(one, torch.Tensor)]
    return {id(one): one.detach().clone() for one in tensors if not one.is_leaf}


def _export(module, image, name):
    try:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of torch about itself
            program = torch.export.export(module, (image,), strict=False)
            if any(map(_works_in_place, program.graph.nodes)):
                return program.run_decompositions({})  # the same without side effects; slow
            program.graph.eliminate_dead_code()
            return program
    except Exception as error:  # a module's own code may fail in any way when it is traced
        raise ArchitectureError(
            f"module {name}: its graph depends on its inputs and cannot be traced; choose with torch.where, or take the "
            f"choice out of forward: {_first_line(error)}"
        ) from None


def _works_in_place(node):
    return isinstance(node.target, torch._ops.OpOverload) and node.target._schema.is_mutable


def _read_signature(found, program, name):
    """The input and the constants of the program."""
    kinds = {spec.arg.name: spec for spec in program.graph_signature.input_specs}
    for node in program.graph.find_nodes(op="placeholder"):
        spec = kinds[node.name]
        if spec.kind == InputKind.USER_INPUT:
            found._input = found._input or node
        elif spec.kind in (InputKind.PARAMETER, InputKind.BUFFER, InputKind.CONSTANT_TENSOR):
            stored = program.state_dict if spec.target in program.state_dict else program.constants
            found._constants[node] = stored[spec.target].detach()
            node.meta["stored_as"] = spec.target
        elif node.users:
            raise ArchitectureError(f"module {name}: the processor has no form for the object {spec.target}")
    for spec in program.graph_signature.output_specs:
        # Whoever calls the module may see another image afterwards, but its result is the same.
        if spec.kind not in (OutputKind.USER_OUTPUT, OutputKind.USER_INPUT_MUTATION):
            raise ArchitectureError(
                f"module {name}: its forward changes its tensor {spec.target!r} in place, so that an image depends on "
                f"others; write to a new tensor (a batch norm must not be in training mode)"
            )


def _read_chain(found, program, name):
    """The operations from the input to the output, in the order of the data."""
    depends = {found._input}
    for node in program.graph.nodes:
        if node.op != "call_function":
            continue
        if depends.intersection(node.all_input_nodes):
            depends.add(node)
        elif node.users:
            _fold_constant(found, node)
    (result,) = (
        node
        for node, spec in zip(program.graph.output_node().args[0], program.graph_signature.output_specs, strict=True)
        if spec.kind == OutputKind.USER_OUTPUT
    )
    if result not in depends:
        raise ArchitectureError(f"module {name}: its result does not depend on the image")
    path, node = [], result
    while node is not found._input:
        path.append(node)
        read = _read_nodes(node, depends)
        if len(read) > 1:
            refuse(_label(node), _join(node, depends))
        (node,) = read
    found._path = tuple(reversed(path))
    for node in depends.difference(path, [found._input]):
        if str(node.target) not in HARMLESS:
            refuse(_label(node), f"{_short(node.target)} beside the chain of layers")
    for node, following in zip(found._path, (*found._path[1:], None)):
        if node.target is operator.getitem:
            continue
        if not isinstance(node.target, torch._ops.OpOverload):
            refuse(_label(node), f"{_short(node.target)}, which chooses what is computed")
        last = node
        if following is not None and following.target is operator.getitem:
            if following.args[1] != 0:
                refuse(_label(node), f"result {following.args[1]} of {_short(node.target)}")
            last = following
        found.operations.append(
            Operation(
                _label(node), str(node.target), _arguments(found, node, depends), tuple(last.meta["val"].shape), last
            )
        )


def _fold_constant(found, node):
    """Evaluates a node that does not depend on the image."""
    if not isinstance(node.target, torch._ops.OpOverload) and node.target is not operator.getitem:
        refuse(_label(node), f"{_short(node.target)}, which chooses what is computed")
    if torch.Tag.nondeterministic_seeded in getattr(node.target, "tags", ()):
        refuse(_label(node), f"the random numbers of {_short(node.target)}")
    found._constants[node] = _evaluate(node, found._constants)


def _evaluate(node, values):
    with torch.no_grad():
        return node.target(
            *fx.node.map_arg(node.args, values.__getitem__), **fx.node.map_arg(node.kwargs, values.__getitem__)
        )


def _read_nodes(node, depends):
    """The nodes of the image's path that a node reads, each as often as it reads it."""
    read = []
    fx.node.map_arg((node.args, node.kwargs), lambda one: read.append(one) if one in depends else None)
    return read


def _join(node, depends):
    """What joins several paths from the input, as a key of `REASONS`."""
    before, waiting = set(), [node]
    while waiting:
        new = set(_read_nodes(waiting.pop(), depends)) - before
        before |= new
        waiting += new
    if _applies_a_layer_again(before, depends):
        return "recurrent"  # a loop that was unrolled
    return JOINS.get(_short(node.target), f"{_short(node.target)} of two inputs")


def _applies_a_layer_again(nodes, depends):
    """Whether a layer is applied to what it yielded before."""
    passed = {}  # node -> the weights of the layers that it depends on
    for node in sorted(nodes):
        read = [passed.get(one, frozenset()) for one in _read_nodes(node, depends)]
        passed[node] = frozenset().union(*read)
        if node.op == "call_function" and _short(node.target) in LAYERS:
            if node.args[1] in passed[node]:
                return True
            passed[node] |= {node.args[1]}
    return False


def _arguments(found, node, depends):
    """All arguments of an operation by name, the defaults too."""

    def value(one):
        return DATA if one in depends else Constant(found._constants[one], one.meta.get("stored_as"))

    schema = node.target._schema.arguments
    given = dict(zip((one.name for one in schema), fx.node.map_arg(node.args, value)))
    given |= fx.node.map_arg(node.kwargs, value)
    found = {one.name: given.get(one.name, one.default_value) for one in schema}
    return {FIRST if one is schema[0] else one.name: found[one.name] for one in schema}


def _label(node):
    """Path of the module of torch.nn that a node stands for, or the name of its function."""
    *_, (path, kind) = ("", ""), *node.meta.get("nn_module_stack", {}).values()
    return path.split("@")[0] if path and kind.startswith("torch.nn.modules.") else node.name


def _short(target):
    """The "add" of "aten.add.Tensor"."""
    parts = str(target).split(".")
    return parts[1].removesuffix("_") if len(parts) > 1 else getattr(target, "__name__", parts[0])


def _first_line(error):
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
