"""Rounding with straight-through gradients: forward the value of the format, backward as if nothing were rounded."""

import torch

from firstspike.golden import formats

TICKS = formats.TICKS_PER_OCTAVE


class _SpikeValues(torch.autograd.Function):
    @staticmethod
    def forward(context, potentials, time_steps):
        context.save_for_backward(potentials)
        times = torch.ceil(-TICKS * torch.log2(potentials) - 0.5)
        fires = (potentials > 0) & (times <= time_steps - 1)
        return torch.where(fires, torch.exp2(times.clamp(min=0) / -TICKS), 0)

    @staticmethod
    def backward(context, gradient):
        (potentials,) = context.saved_tensors
        return gradient * ((potentials > 0) & (potentials < 1)), None


class _Fires(torch.autograd.Function):
    @staticmethod
    def forward(context, potentials, threshold):
        context.save_for_backward(potentials)
        context.threshold = threshold
        return (potentials >= threshold).to(potentials.dtype)

    @staticmethod
    def backward(context, gradient):
        (potentials,) = context.saved_tensors
        # As if a neuron between silence and the value 1 fired with the probability of its value.
        return gradient * ((potentials > 0) & (potentials < 1)), None


def spike_values(potentials, time_steps):
    """The value `2^(-t/4)` of the spike that each potential fires, 0 where it stays silent (the fire rule).

    The gradient is that of a ReLU clipped at 1.
    """
    return _SpikeValues.apply(potentials, time_steps)


def fires(potentials, time_steps):
    """1 where a potential fires, else 0, with a gradient that pulls small potentials below the threshold."""
    return _Fires.apply(potentials, 2.0 ** (-(time_steps - 0.5) / TICKS))


def log_weights(weights):
    """Weights on the grid of the log codes, rounded as `quant.codes.ttfs.quantise` does, with the gradient 1.

    Parameters
    ----------
    weights : tensor (out_channels, ...)
    """
    with torch.no_grad():
        magnitudes = weights.abs()
        largest = magnitudes.flatten(1).amax(1).clamp(min=torch.finfo(weights.dtype).tiny)
        unit = torch.exp2(torch.round(TICKS * torch.log2(largest)) / TICKS).view(-1, *[1] * (weights.dim() - 1))
        codes = torch.round(-2 * torch.log2(magnitudes / unit)).clamp(min=0)
        rounded = torch.where(codes < formats.ZERO_MAGNITUDE, torch.exp2(codes / -2), 0) * unit * weights.sign()
    return weights + (rounded - weights).detach()
