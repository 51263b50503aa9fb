"""Quantising a whole network, layer by layer, with the spikes that the layers before really send."""

from dataclasses import replace

import numpy as np

from firstspike.quant.calibration.activation_scale import activation_scale
from firstspike.quant.calibration.convolution import convolve, output_positions, receptive_fields
from firstspike.quant.calibration.layer_rounding import round_layer
from firstspike.quant.calibration.spike_values import pixel_values, spike_values
from firstspike.quant.codes.ttfs import QuantisationError, offsets_without_overflow, quantise, real_biases, real_weights
from firstspike.quant.importers.trained_layer import RELU

MAX_IMAGES = 1000
MAX_SAMPLES = 8192
"""Output positions of a layer, chosen at random, whose potentials are compared."""

SCALE_SAMPLES = 1 << 18
"""Activations that decide the scale of a layer with plain ReLU."""


class CalibrationError(ValueError):
    """Calibration images that do not suit the network."""


def calibrate(layers, images, input_shape, input_coding, config, on_layer=None):
    """Quantise trained layers so that their potentials on `images` come closest to the trained network's.

    Layer by layer: the scale of the activations (plain ReLU only), a refit of the weights to the spikes that the
    quantised layers before send, the channel offsets and codes with error feedback, the correction of the biases.

    Parameters
    ----------
    layers : sequence of TrainedLayer
    images : uint8 array (N, channels, height, width)
        1 to 1,000 images, unlabelled.
    input_shape : (int, int, int)
    input_coding : str
        "direct" or "ttfs".
    config : golden.config.HardwareConfig
        Gives T and F.
    on_layer : function of int, optional
        Called with the number of finished layers.

    Returns
    -------
    scaled : list of TrainedLayer
        The trained layers, with the activation scales in their weights.
    quantised : list of QuantisedLayer
    errors : list of dict
        Per layer the fields of `quant.calibration.layer_rounding.DESCRIPTIONS`.

    Raises
    ------
    CalibrationError
        The images do not suit the network.
    QuantisationError
        A value is outside the formats' range.
    """
    _check(images, input_shape)
    rng = np.random.default_rng(0)
    trained_maps = images.astype(np.float32) / 256
    maps = pixel_values(images, input_coding, config.time_steps)
    in_scale = 1.0
    scaled, quantised, errors = [], [], []
    for layer in layers:
        layer = replace(layer, weights=layer.weights * in_scale)
        potentials = _potentials(trained_maps, layer, layer.weights, layer.biases)
        if layer.activation == RELU:
            in_scale = activation_scale(rng.choice(potentials.reshape(-1), SCALE_SAMPLES), config.time_steps)
            layer = replace(layer, weights=layer.weights / in_scale, biases=layer.biases / in_scale)
            potentials /= in_scale
        else:
            in_scale = 1.0
        positions = output_positions(maps, layer.window)
        sample = rng.choice(positions, min(positions, MAX_SAMPLES), replace=False)
        rounded = round_layer(
            layer.weights,
            layer.biases,
            receptive_fields(trained_maps, layer.window, sample),
            receptive_fields(maps, layer.window, sample),
        )
        try:
            offsets = offsets_without_overflow(
                rounded.weights, rounded.biases, rounded.offsets, config.fraction_bits, config.acc_bits
            )
            codes = quantise(rounded.weights, rounded.biases, config.fraction_bits, layer.fires, offsets)
        except QuantisationError as error:
            raise QuantisationError(f"layer {layer.name}: {error}") from None
        scaled.append(layer)
        quantised.append(codes)
        errors.append(rounded.errors)
        if layer.fires:
            # A plain ReLU has no upper end; the clip of the others does.
            trained_maps = np.clip(potentials, 0, None if layer.activation == RELU else 1)
            maps = spike_values(
                _potentials(maps, layer, real_weights(codes), real_biases(codes, config.fraction_bits)),
                config.time_steps,
            )
        if on_layer is not None:
            on_layer(len(quantised))
    return scaled, quantised, errors


def _potentials(maps, layer, weights, biases):
    """float32 (N, channels, height, width), after pooling."""
    potentials = convolve(maps, weights, layer.window)
    potentials += biases.astype(np.float32)[:, None, None]
    return layer.unit_window.largest(potentials, axis=2)


def _check(images, input_shape):
    expected = tuple(input_shape)
    if not isinstance(images, np.ndarray) or images.dtype != np.uint8 or images.shape[1:] != expected:
        got = f"{images.dtype} {images.shape}" if isinstance(images, np.ndarray) else type(images).__name__
        raise CalibrationError(
            f"calibration: expected images as a uint8 array of shape (N, {', '.join(map(str, expected))}), got {got}"
        )
    if not 1 <= len(images) <= MAX_IMAGES:
        raise CalibrationError(f"calibration: expected 1 to {MAX_IMAGES} images, got {len(images)}")
