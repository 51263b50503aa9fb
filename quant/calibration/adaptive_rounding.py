"""Rounding weights to log codes so that their errors cancel in the membrane potential."""

import numpy as np

from firstspike.golden import formats

LEVELS = np.append(np.exp2(np.arange(formats.ZERO_MAGNITUDE) / -2), 0)
"""Magnitudes of the codes 0..15, in units of the channel."""

BORDERS = (LEVELS[:-1] + LEVELS[1:])[::-1] / 2
"""Half way between two neighbouring magnitudes, ascending."""

BLOCK = 128
"""Weights rounded one by one before their errors reach the rest in one matrix product."""

DAMPING = 0.01
"""Share of the mean input power added to every input's, so that rarely seen inputs do not take large weights."""


def nearest(weights):
    """The values of the codes nearest to `weights`, both in units of the channel."""
    codes = formats.ZERO_MAGNITUDE - np.searchsorted(BORDERS, np.abs(weights))
    return np.copysign(LEVELS[codes], weights)


class ErrorFeedback:
    """Order and weights with which the rounding error of one weight is made good by the later ones.

    With the input covariance H = (U + I) D (U + I)^T, U strictly upper triangular, weight i is rounded after adding
    the errors of the weights before it times column i of U: the best any order-bound rounding can do for the squared
    error of the potential.

    Parameters
    ----------
    covariance : float array (inputs, inputs)
    """

    def __init__(self, covariance):
        power = np.diag(covariance)
        # The strongest inputs first, while many others are left to make good their errors.
        self._order = np.argsort(-power, kind="stable")
        ordered = covariance[np.ix_(self._order, self._order)].astype(np.float64)
        ordered[np.diag_indices_from(ordered)] += DAMPING * power.mean() or 1.0
        factor = np.linalg.cholesky(ordered[::-1, ::-1])[::-1, ::-1]
        self._feedback = np.triu(factor / np.diag(factor), 1).astype(np.float32)

    def round(self, weights):
        """Values of codes for `weights`, float32 array (channels, inputs), in units of the channel."""
        ordered = weights[:, self._order]
        rounded, errors = np.empty_like(ordered), np.zeros_like(ordered)
        for first in range(0, ordered.shape[1], BLOCK):
            block = slice(first, first + BLOCK)
            wanted = ordered[:, block] + errors[:, :first] @ self._feedback[:first, block]
            for column in range(wanted.shape[1]):
                index = first + column
                value = wanted[:, column] + errors[:, first:index] @ self._feedback[first:index, index]
                rounded[:, index] = nearest(value)
                errors[:, index] = ordered[:, index] - rounded[:, index]
        result = np.empty_like(rounded)
        result[:, self._order] = rounded
        return result
