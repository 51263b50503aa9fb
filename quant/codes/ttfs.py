"""Time to first spike: rounding one layer to the number formats: channel offsets, 5-bit log codes, integer biases."""

from dataclasses import dataclass

import numpy as np

from firstspike.golden import formats
from firstspike.quant.importers.architecture import ArchitectureError
from firstspike.quant.importers.trained_layer import RELU

MAX_OFFSET = 127
BIAS_BITS = 32
LARGEST_MAGNITUDE = formats.ZERO_MAGNITUDE - 1
TICKS_PER_CODE = 2
"""A weight code is half an octave."""

_EXACT_BITS = formats.required_fraction_bits(LARGEST_MAGNITUDE, 0)
_FIRST_PRODUCTS = (
    np.array([formats.product(code, 0, _EXACT_BITS) for code in range(formats.ZERO_MAGNITUDE + 1)]) / 2**_EXACT_BITS
)
"""What an input of 1 adds to the potential, by magnitude code."""


class QuantisationError(ValueError):
    """A layer with values that the formats cannot hold."""


@dataclass(frozen=True, eq=False)
class QuantisedLayer:
    """Weights and biases of a layer in the number formats.

    Attributes
    ----------
    weights : uint8 array, weight codes, shape as before
    biases : int64 array (channels,), in units of 2^-F
    offsets : int64 array (channels,), ticks
    """

    weights: np.ndarray
    biases: np.ndarray
    offsets: np.ndarray


def quantise(weights, biases, fraction_bits, fires, offsets=None):
    """Round a layer: per output channel `j = round(4*log2(max|w|))`, `m = max(0, round(-2*log2(|w| / 2^(j/4))))`, zero
    if `m > 14`, bias `round(b * 2^(-j/4) * 2^F)`.

    A channel without weights gets the offset 0. So does a channel of a firing layer whose weights together cannot move
    the membrane potential by one LSB at offset 0: it depends on its bias only, and its weights become zero.

    Parameters
    ----------
    weights : float64 array (channels, ...)
    biases : float64 array (channels,)
    fraction_bits : int
        F.
    fires : bool
        Whether the layer's neurons fire (all but those of the output layer).
    offsets : int64 array (channels,), optional
        Other channel offsets j.

    Returns
    -------
    QuantisedLayer

    Raises
    ------
    QuantisationError
        A value is not finite, or an offset or a bias exceeds its range.
    """
    for what, values in (("weights", weights), ("biases", biases)):
        if not np.isfinite(values).all():
            raise QuantisationError(
                f"{what} must be finite, but channel {_first(~np.isfinite(values))} has "
                f"{values[~np.isfinite(values)][0]}"
            )
    magnitudes = np.abs(weights).reshape(weights.shape[0], -1)
    constant = magnitudes.max(axis=1) == 0
    if fires:
        constant |= magnitudes.sum(axis=1) < 2.0**-fraction_bits
    magnitudes[constant] = 0
    offsets = channel_offsets(magnitudes) if offsets is None else np.where(constant, 0, offsets)
    if (np.abs(offsets) > MAX_OFFSET).any():
        channel = _first(np.abs(offsets) > MAX_OFFSET)
        raise QuantisationError(
            f"channel {channel}: the largest weight is {magnitudes[channel].max():.3g}, whose "
            f"offset of {offsets[channel]} ticks is not in -{MAX_OFFSET}..{MAX_OFFSET}"
        )
    unit = np.exp2(offsets / formats.TICKS_PER_OCTAVE)
    codes = _magnitude_codes(magnitudes / unit[:, None]).reshape(weights.shape)
    negative = (weights < 0) & (codes != formats.ZERO_MAGNITUDE)
    return QuantisedLayer(
        codes | negative.astype(np.uint8) << formats.WEIGHT_SIGN_BIT,
        _integer_biases(biases / unit, fraction_bits),
        offsets,
    )


def import_layer(layer, config):
    """A trained layer in the number formats: each weight goes to its nearest code.

    Parameters
    ----------
    layer : quant.importers.trained_layer.TrainedLayer
    config : golden.config.HardwareConfig

    Returns
    -------
    QuantisedLayer

    Raises
    ------
    QuantisationError
        A value is outside the formats' range.
    ArchitectureError
        The activation has no upper end.
    """
    if layer.activation == RELU:
        raise ArchitectureError(
            f"layer {layer.name}: a spike time means a value up to 1, but the activation "
            f"{RELU!r} has no upper end: calibration images (--calibration) find its scale"
        )
    try:
        offsets = offsets_without_overflow(
            layer.weights, layer.biases, channel_offsets(layer.weights), config.fraction_bits, config.acc_bits
        )
        return quantise(layer.weights, layer.biases, config.fraction_bits, layer.fires, offsets)
    except QuantisationError as error:
        raise QuantisationError(f"layer {layer.name}: {error}") from None


def real_weights(layer):
    """float64 array: the values that the codes of a layer (`QuantisedLayer` or `golden.network.Layer`) mean."""
    magnitudes = layer.weights & formats.ZERO_MAGNITUDE
    values = np.where(magnitudes == formats.ZERO_MAGNITUDE, 0, np.exp2(magnitudes / -2))
    values = np.where(layer.weights >> formats.WEIGHT_SIGN_BIT, -values, values)
    unit = np.exp2(layer.offsets / formats.TICKS_PER_OCTAVE)
    return values * unit.reshape(-1, *[1] * (values.ndim - 1))


def real_biases(layer, fraction_bits):
    """float64 array (channels,): the values that the biases of a layer mean, with F fraction bits."""
    return layer.biases * np.exp2(layer.offsets / formats.TICKS_PER_OCTAVE - fraction_bits)


def channel_offsets(weights):
    """int64 array (channels,): `round(4*log2(max|w|))`, 0 for a channel without weights.

    Parameters
    ----------
    weights : float64 array (channels, ...)
    """
    largest = np.abs(weights).reshape(len(weights), -1).max(axis=1)
    return np.rint(formats.TICKS_PER_OCTAVE * np.log2(np.where(largest == 0, 1, largest))).astype(np.int64)


def offsets_without_overflow(weights, biases, offsets, fraction_bits, acc_bits):
    """Channel offsets, raised where the membrane potential could leave its range.

    Two ticks more make every code of the channel larger by one and its potential smaller by sqrt(2); weights whose code
    would exceed 14 become zero. A channel is raised at most until its largest weight has the code 14.

    Parameters
    ----------
    weights : float64 array (channels, ...)
    biases : float64 array (channels,)
    offsets : int64 array (channels,)
    fraction_bits, acc_bits : int

    Returns
    -------
    int64 array (channels,)
        `offsets` where the potential fits. A channel that cannot be raised any further may still overflow:
        `golden.evaluators.exactness` refuses it.
    """
    matrix, offsets = weights.reshape(len(weights), -1), offsets.copy()
    room = 2.0 ** (acc_bits - 1 - fraction_bits)
    raised = np.arange(len(matrix))
    while raised.size:
        unit = np.exp2(offsets[raised] / formats.TICKS_PER_OCTAVE)
        codes = _magnitude_codes(np.abs(matrix[raised]) / unit[:, None])
        products = np.where(matrix[raised] < 0, -1, 1) * _FIRST_PRODUCTS[codes]
        bias = np.rint(biases[raised] / unit * 2.0**fraction_bits) / 2.0**fraction_bits
        outside = (bias + np.maximum(products, 0).sum(axis=1) >= room) | (
            bias + np.minimum(products, 0).sum(axis=1) < -room
        )
        raised = raised[outside & (codes.min(axis=1) < LARGEST_MAGNITUDE)]
        offsets[raised] += TICKS_PER_CODE
    return offsets


def _magnitude_codes(relative):
    with np.errstate(divide="ignore"):
        codes = np.maximum(0, np.rint(-2 * np.log2(relative)))
    return np.where(codes > LARGEST_MAGNITUDE, formats.ZERO_MAGNITUDE, codes).astype(np.uint8)


def _integer_biases(relative, fraction_bits):
    scaled = np.rint(relative * 2.0**fraction_bits)
    too_large = np.abs(scaled) >= 2.0 ** (BIAS_BITS - 1)
    if too_large.any():
        channel = _first(too_large)
        raise QuantisationError(
            f"channel {channel}: the bias is {relative[channel]:.6g} times the channel's unit, "
            f"which does not fit {BIAS_BITS} bits with {fraction_bits} fraction bits"
        )
    return scaled.astype(np.int64)


def _first(mask):
    return int(np.argwhere(mask)[0][0])
