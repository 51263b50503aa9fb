"""Folding a batch norm into the weights and biases of the layer before it."""

from dataclasses import dataclass

import numpy as np

PARAMETERS = ("weight", "bias", "running_mean", "running_var")


class BatchNormError(ValueError):
    """A batch norm that cannot be folded."""


@dataclass(frozen=True, eq=False)
class BatchNorm:
    """`y = weight * (x - running_mean) / sqrt(running_var + epsilon) + bias`, per channel.

    Attributes
    ----------
    weight, bias, running_mean, running_var : float64 arrays (channels,)
    epsilon : float
    """

    weight: np.ndarray
    bias: np.ndarray
    running_mean: np.ndarray
    running_var: np.ndarray
    epsilon: float

    def __post_init__(self):
        for name in PARAMETERS:
            shape = getattr(self, name).shape
            if shape != self.weight.shape or len(shape) != 1:
                raise BatchNormError(f"batch norm: expected {name} of shape {self.weight.shape}, got {shape}")
        lowest = float(self.running_var.min()) + self.epsilon
        if lowest <= 0:
            raise BatchNormError(f"batch norm: expected running_var + epsilon above 0, got {lowest}")

    def fold(self, weights, biases):
        """Weights and biases of the one layer that does the same as layer and batch norm.

        Parameters
        ----------
        weights : float64 array (channels, ...)
        biases : float64 array (channels,)

        Returns
        -------
        (weights, biases) of the same shapes

        Raises
        ------
        BatchNormError
            The layer has another number of channels.
        """
        if weights.shape[0] != self.weight.size:
            raise BatchNormError(
                f"batch norm: expected {weights.shape[0]} channels as in the layer before it, got {self.weight.size}"
            )
        scale = self.weight / np.sqrt(self.running_var + self.epsilon)
        return (
            weights * scale.reshape(-1, *[1] * (weights.ndim - 1)),
            (biases - self.running_mean) * scale + self.bias,
        )
