"""One trainable layer in the three stages of conversion-aware training."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from firstspike.golden import formats
from firstspike.quant.codes.ttfs import quantise, real_weights
from firstspike.quant.training import exact
from firstspike.quant.training.quantisers import fires, log_weights, spike_values

CLIP = "clip"
TTFS = "ttfs"
FROZEN = "frozen"
STAGES = (CLIP, TTFS, FROZEN)
SQRT_HALF = 2.0**-0.5


class SpikingLayer(nn.Module):
    """Convolution, batch norm (until it is folded), max pool, activation.

    Parameters
    ----------
    layer : TrainedLayer
        Geometry, and initial weights and biases.
    time_steps, fraction_bits : int
        T and F.
    batch_norm : bool
        With a batch norm in the clip stage.
    """

    def __init__(self, layer, time_steps, fraction_bits, batch_norm):
        super().__init__()
        self.geometry = layer
        self.time_steps, self.fraction_bits = time_steps, fraction_bits
        self.weight = nn.Parameter(torch.tensor(layer.weights, dtype=torch.float32))
        self.bias = nn.Parameter(torch.tensor(layer.biases, dtype=torch.float32))
        self.batch_norm = nn.BatchNorm2d(len(self.weight)) if batch_norm else None
        self.register_buffer("codes", torch.zeros(self.weight.shape, dtype=torch.uint8))
        self.register_buffer("offsets", torch.zeros(len(self.weight), dtype=torch.int64))
        self.register_buffer("unit", torch.ones(len(self.weight), dtype=torch.float64))
        self.spikes = None

    def fold_batch_norm(self):
        """Put the running statistics of the batch norm into weights and biases."""
        if self.batch_norm is None:
            return
        norm = self.batch_norm
        with torch.no_grad():
            scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
            self.weight.mul_(scale[:, None, None, None])
            self.bias.copy_((self.bias - norm.running_mean) * scale + norm.bias)
        self.batch_norm = None

    def freeze(self):
        """Fix weight codes and channel offsets where they are; biases stay trainable.

        Raises
        ------
        QuantisationError
            The formats cannot hold the layer.
        """
        with torch.no_grad():
            layer = quantise(
                self.weight.double().cpu().numpy(),
                self.bias.double().cpu().numpy(),
                self.fraction_bits,
                self.geometry.fires,
            )
            self.codes.copy_(torch.from_numpy(layer.weights))
            self.offsets.copy_(torch.from_numpy(layer.offsets))
            # NumPy's powers of two, bit for bit those of the export.
            self.unit.copy_(torch.from_numpy(np.exp2(layer.offsets / formats.TICKS_PER_OCTAVE)))
            self.weight.copy_(torch.from_numpy(real_weights(layer)))
        self.weight.requires_grad_(False)

    def forward(self, values, stage):
        """Real activations (of the output layer: logits) from real inputs, clip and TTFS stage."""
        weights = self.weight if stage == CLIP else log_weights(self.weight)
        potentials = functional.conv2d(
            values, weights, self.bias, self.geometry.window.stride, self.geometry.window.padding
        )
        if self.batch_norm is not None:
            potentials = self.batch_norm(potentials)
        if self.geometry.pool:
            potentials = functional.max_pool2d(potentials, self.geometry.pool.size, self.geometry.pool.stride)
        if not self.geometry.fires:
            return potentials
        self._count_spikes(potentials)
        return potentials.clamp(0, 1) if stage == CLIP else spike_values(potentials, self.time_steps)

    def forward_exact(self, events):
        """The processor's integers, frozen stage; gradients reach the biases.

        Parameters
        ----------
        events : pair of float64 tensors
            From `quant.training.exact`.

        Returns
        -------
        words : int64 tensor (N, channels, height, width)
            Spike words; of the output layer the integer potentials, float64.
        events : pair of float64 tensors
            What the next layer takes; of the output layer None.
        logits : float64 tensor
            The real values of the potentials.
        """
        scaled = self.bias.double() / self.unit * 2.0**self.fraction_bits
        biases = scaled + (scaled.round() - scaled).detach()
        integers = exact.potentials(events, self.codes, biases, self.geometry.window, self.fraction_bits)
        if self.geometry.pool:
            integers = functional.max_pool2d(integers, self.geometry.pool.size, self.geometry.pool.stride)
        real = integers * (self.unit * 2.0**-self.fraction_bits)[:, None, None]
        if not self.geometry.fires:
            return integers, None, real
        self._count_spikes(real)
        times = exact.spike_times(integers, self.offsets, self.time_steps, self.fraction_bits)
        even, odd = exact.events_of_spikes(times)
        value = spike_values(real, self.time_steps)
        return times, (value + (even - value).detach(), SQRT_HALF * value + (odd - SQRT_HALF * value).detach()), real

    def _count_spikes(self, potentials):
        """Expected spikes per image, for the penalty."""
        self.spikes = fires(potentials, self.time_steps).flatten(1).sum(1).mean()
