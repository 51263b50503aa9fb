"""PyTorch tensors that have no values to read, or not as an array of real numbers."""

import torch
from torch import nn


def problem(tensor):
    """Why the numbers of a tensor cannot be read, with the remedy; or None."""
    if nn.parameter.is_lazy(tensor):
        return "has no shape yet: call the module once on an image, and load its weights"
    if tensor.is_meta:
        return "is on the device 'meta' and has no values: load the weights"
    if tensor.layout != torch.strided:
        return f"is sparse ({tensor.layout}): replace it by its to_dense()"
    if tensor.is_quantized:
        return "is quantised: export the network in float, before its quantisation"
    if tensor.is_complex():
        return "is complex: the processor has real numbers only"
    return None
