"""The comparison of a module with its imported layers, and that it can find something."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from firstspike.quant.importers import module_check, pytorch, traced_graph
from firstspike.quant.importers.architecture import ArchitectureError

SHAPE = (2, 6, 6)


@pytest.fixture
def module():
    torch.manual_seed(1)
    return nn.Sequential(
        nn.Conv2d(2, 4, 3), nn.ReLU6(), nn.MaxPool2d(2), nn.Conv2d(4, 3, 1), nn.ReLU(), nn.Flatten(), nn.Linear(12, 3)
    )


@pytest.mark.parametrize("layer, tensor", [("0", "0.weight"), ("3", "3.bias"), ("6", "6.weight")])
def test_the_first_layer_that_differs_is_named(module, layer, tensor, monkeypatch):
    def changed(traced, checkpoint, architecture, ends):
        tensors = dict(checkpoint.tensors)
        tensors[tensor] = tensors[tensor] * (1 + 1e-6)
        require_equal(traced, replace(checkpoint, tensors=tensors), architecture, ends)

    require_equal = module_check.require_equal
    monkeypatch.setattr(module_check, "require_equal", changed)
    with pytest.raises(
        ArchitectureError, match=f"layer {layer}: it should compute what the module computes, but differs"
    ):
        pytorch.describe(module, SHAPE)


def test_a_module_that_does_something_its_graph_does_not_show_is_refused(module, monkeypatch):
    trace = traced_graph.trace

    def trace_and_change(*arguments):
        traced = trace(*arguments)
        traced.module.register_forward_hook(lambda part, inputs, output: output + 1e-3)
        return traced

    monkeypatch.setattr(traced_graph, "trace", trace_and_change)
    with pytest.raises(ArchitectureError, match="all layers together should compute what the module computes"):
        pytorch.describe(module, SHAPE)


class CallsCount(nn.Module):
    """Does something else when it is called again."""

    def __init__(self):
        super().__init__()
        self.fc, self.calls = nn.Linear(72, 3), 0

    def forward(self, x):
        self.calls += 1
        return self.fc(x.flatten(1)) * (1 if self.calls < 4 else 2)


def test_a_module_with_a_memory_is_refused():
    with pytest.raises(ArchitectureError, match="all layers together|arithmetic after the first layer"):
        pytorch.describe(CallsCount(), SHAPE)


def test_a_module_that_runs_in_float32_only_is_compared_in_it(module):
    class Casts(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = module

        def forward(self, x):
            return self.inner(x.to(torch.float32))

    traced = traced_graph.trace(Casts(), SHAPE)
    assert traced.dtype == torch.float32 and np.isfinite(list(traced.values(torch.zeros(2, *SHAPE)).values())[-1]).all()
    pytorch.describe(Casts(), SHAPE)
