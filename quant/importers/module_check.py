"""Whether imported layers compute what the module itself computes, in float on random images."""

import numpy as np
import torch

from firstspike.quant.importers.architecture import ArchitectureError
from firstspike.quant.importers.float_network import maps_of_layers
from firstspike.quant.importers.importer import trained_layers
from firstspike.quant.importers.traced_graph import BATCH
from firstspike.quant.importers.trained_layer import CLIP

BATCHES = 2
FLOAT_ERROR = {torch.float64: 1e-9, torch.float32: 1e-4}
"""Largest difference between two orders of the same sums, relative to the largest sum there can be."""


def require_equal(traced, checkpoint, architecture, ends):
    """Compare every layer, and the module's result.

    Parameters
    ----------
    traced : quant.importers.traced_graph.Trace
    checkpoint, architecture : Checkpoint, Architecture
        The imported layers.
    ends : list of torch.fx.Node
        What yields the output of each layer in the trace.

    Raises
    ------
    ArchitectureError
        They differ by more than float error; names the first layer that differs.
    """
    layers = trained_layers(checkpoint, architecture)
    rng = np.random.default_rng(0)
    for _ in range(BATCHES):
        pixels = rng.integers(0, 256, (BATCH, *architecture.input_shape)) / 256
        images = torch.from_numpy(pixels).to(traced.dtype)
        values = traced.values(images)
        in_maps = pixels
        for layer, described, end, maps in zip(
            layers, architecture.layers, ends, maps_of_layers(layers, pixels), strict=True
        ):
            # A clipped ReLU that ends at c was imported as one that ends at 1, in units of c.
            unit = described.clip_at if described.activation == CLIP else 1.0
            largest = np.abs(in_maps).max() * np.abs(layer.weights).sum(axis=(1, 2, 3)).max()
            largest = unit * (largest + np.abs(layer.biases).max())
            expected = values[end].double().numpy().reshape(maps.shape)
            _require_close(maps * unit, expected, largest * FLOAT_ERROR[traced.dtype], f"layer {layer.name}: it")
            in_maps = maps
        with torch.no_grad():
            result = traced.module(images).double().numpy()
        expected = values[traced.result].double().numpy()
        _require_close(expected, result, np.abs(result).max() * FLOAT_ERROR[traced.dtype], "all layers together")


def _require_close(found, expected, tolerance, who):
    difference = np.abs(found - expected).max()
    if not difference <= tolerance:
        raise ArchitectureError(
            f"{who} should compute what the module computes, but differs by {difference:.3g} on random images: the "
            f"module does something that its graph does not show, so it cannot be exported"
        )
