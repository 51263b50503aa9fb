"""A PyTorch module as architecture and tensors: its graph is traced, so it need not be a `Sequential`."""

import operator
from pathlib import Path

import torch
from torch import fx, nn
from torch.nn import functional

from firstspike.quant.importers.architecture import Architecture, ArchitectureError
from firstspike.quant.importers.checkpoint import Checkpoint
from firstspike.quant.importers.layer_chain import LayerChain

# A linear layer sees a map as its flattened form, whatever flattens it.
NEUTRAL = (nn.Flatten, nn.Identity, nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.AlphaDropout)
OTHER_NORMS = (nn.LayerNorm, nn.GroupNorm, nn.InstanceNorm2d)
RELU_CALLS = (functional.relu, torch.relu, torch.relu_, "relu", "relu_")
MAX_POOL_CALLS = (functional.max_pool2d, torch.max_pool2d)
CLAMP_CALLS = (torch.clamp, torch.clip, functional.hardtanh, "clamp", "clip")
NEUTRAL_CALLS = (torch.flatten, torch.reshape, "flatten", "view", "reshape", functional.dropout, "contiguous")
SHAPE_CALLS = ("size", getattr, operator.getitem)
TWO_INPUTS = {
    operator.add: "residual_add",
    operator.iadd: "residual_add",
    torch.add: "residual_add",
    "add": "residual_add",
    torch.cat: "concatenate",
    torch.concat: "concatenate",
}


def describe(module, input_shape, name=None, class_names=(), input_coding="direct"):
    """What a module computes, as the exporter takes it.

    Parameters
    ----------
    module : torch.nn.Module
        A chain of convolutions and fully connected layers with batch norms, pools and (clipped) ReLUs, as modules or
        as functions. Its input is an image of pixels p / 256.
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
        The processor has no form for a layer; says which and why.
    """
    try:
        graph = fx.symbolic_trace(module).graph
    except Exception as error:  # a module's own code may fail in any way when it is traced
        raise ArchitectureError(
            f"module {type(module).__name__}: its graph depends on its inputs and cannot be "
            f"traced: {str(error).splitlines()[0]}"
        ) from None
    modules = dict(module.named_modules())
    chain = LayerChain()
    for node in graph.nodes:
        if node.op in ("placeholder", "output", "get_attr"):
            continue
        target = modules[node.target] if node.op == "call_module" else node.target
        label = node.target if node.op == "call_module" else node.name
        if _is_shape(node):
            continue
        if sum(not _is_shape(user) for user in node.users) > 1:
            chain.refuse(label, "residual_add")
        _add(chain, label, target, node.args[1:], node.kwargs)
    tensors = {
        key: tensor.detach().double().cpu().numpy()
        for key, tensor in module.state_dict().items()
        if tensor.is_floating_point()
    }
    architecture = Architecture.from_dict(
        {
            "name": name or type(module).__name__,
            "input_shape": tuple(input_shape),
            "input_coding": input_coding,
            "batch_norm_epsilon": chain.batch_norm_epsilon,
            "class_names": tuple(class_names),
            "layers": chain.layers(),
        },
        f"of the module {type(module).__name__}",
    )
    return Checkpoint(Path(f"{type(module).__name__} (module)"), tensors, {}), architecture


def _is_shape(node):
    """Whether a node only reads the shape of a tensor."""
    return node.target in SHAPE_CALLS


def _add(chain, label, target, args, kwargs):
    if isinstance(target, nn.Module):
        _add_module(chain, label, target)
    elif target in RELU_CALLS:
        chain.activation(label, 0, None)
    elif target is functional.relu6:
        chain.activation(label, 0, 6)
    elif target in CLAMP_CALLS:
        low, high = (*args, None, None)[:2]
        chain.activation(
            label, kwargs.get("min", kwargs.get("min_val", low)), kwargs.get("max", kwargs.get("max_val", high))
        )
    elif target in MAX_POOL_CALLS or target is functional.avg_pool2d:
        kernel, stride, padding = (*args, None, None, None)[:3]
        chain.pool(
            label,
            "average" if target is functional.avg_pool2d else "max",
            kwargs.get("kernel_size", kernel),
            kwargs.get("stride", stride),
            kwargs.get("padding", padding) or 0,
        )
    elif target in TWO_INPUTS:
        chain.refuse(label, TWO_INPUTS[target])
    elif target not in NEUTRAL_CALLS:
        chain.refuse(label, getattr(target, "__name__", str(target)))


def _add_module(chain, label, module):
    if isinstance(module, nn.ConvTranspose2d):
        chain.refuse(label, "transposed_convolution")
    elif isinstance(module, nn.Conv2d):
        if module.padding_mode != "zeros":
            chain.refuse(label, f"padding of mode {module.padding_mode}")
        padding = {"valid": 0}.get(module.padding, module.padding)
        if padding == "same":
            padding = [dilation * (size - 1) / 2 for size, dilation in zip(module.kernel_size, module.dilation)]
        chain.convolution(
            label,
            has_bias=module.bias is not None,
            padding=padding,
            stride=module.stride,
            groups=module.groups,
            dilation=module.dilation,
        )
    elif isinstance(module, nn.Linear):
        chain.linear(label, has_bias=module.bias is not None)
    elif isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
        if not (module.affine and module.track_running_stats):
            chain.refuse(label, "batch norm without weight, bias or running statistics")
        chain.batch_norm(label, module.eps)
    elif isinstance(module, nn.ReLU):
        chain.activation(label, 0, None)
    elif isinstance(module, nn.Hardtanh):  # ReLU6 is one
        chain.activation(label, module.min_val, module.max_val)
    elif isinstance(module, (nn.MaxPool2d, nn.AvgPool2d)):
        if module.ceil_mode:
            chain.refuse(label, "a pool with ceil_mode")
        chain.pool(
            label,
            "max" if isinstance(module, nn.MaxPool2d) else "average",
            module.kernel_size,
            module.stride,
            module.padding,
        )
    elif isinstance(module, nn.AdaptiveAvgPool2d):
        if module.output_size not in (1, (1, 1)):
            chain.refuse(label, f"an adaptive average pool to {module.output_size}")
        chain.global_average_pool(label)
    elif isinstance(module, OTHER_NORMS):
        chain.refuse(label, "layer_norm")
    elif isinstance(module, nn.MultiheadAttention):
        chain.refuse(label, "attention")
    elif isinstance(module, nn.RNNBase):
        chain.refuse(label, "recurrent")
    elif not isinstance(module, NEUTRAL):
        chain.refuse(label, type(module).__name__)
