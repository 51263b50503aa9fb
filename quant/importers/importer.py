"""From a checkpoint and its architecture to a quantised network."""

import numpy as np

from firstspike.golden import codes
from firstspike.golden.codes import Ttfs
from firstspike.golden.evaluators.exactness import require_exact
from firstspike.golden.geometry import MAX_2X2, Window
from firstspike.golden.network import Layer, Network
from firstspike.quant.calibration import calibrate
from firstspike.quant.importers import average_pool, normalisation
from firstspike.quant.importers.architecture import AVERAGE_POOLS, LINEAR, MAX_POOL, ArchitectureError
from firstspike.quant.importers.batch_norm import PARAMETERS, BatchNorm, BatchNormError
from firstspike.quant.importers.trained_layer import CLIP, TrainedLayer
from firstspike.quant.quantisation_error import measure


def trained_layers(checkpoint, architecture):
    """The layers of a checkpoint with their batch norms folded in.

    Parameters
    ----------
    checkpoint : quant.importers.checkpoint.Checkpoint
    architecture : quant.importers.architecture.Architecture

    Returns
    -------
    list of TrainedLayer

    Raises
    ------
    CheckpointError
        A tensor is missing or not finite.
    ArchitectureError
        A tensor has another shape than the architecture says, or is not used by it.
    """
    _refuse_unused_tensors(checkpoint, architecture)
    in_shape, layers = architecture.input_shape, []
    in_scale, pool = 1.0, None
    for description in architecture.layers:
        pooled = average_pool.out_shape(pool, in_shape)
        weights, biases = _weights_and_biases(checkpoint, description, pooled, architecture.batch_norm_epsilon)
        # A clipped ReLU that ends at c becomes one that ends at 1, in units of c.
        out_scale = description.clip_at if description.activation == CLIP else 1.0
        layer = TrainedLayer(
            description.name,
            weights * (in_scale / out_scale),
            biases / out_scale,
            Window.of(weights, description.stride, description.padding),
            MAX_2X2 if description.pool == MAX_POOL else None,
            description.activation,
        )
        if not layers and (architecture.input_mean or architecture.input_std):
            layer = normalisation.fold(architecture.input_mean, architecture.input_std, layer)
        layers.append(average_pool.fold(pool, layer, in_shape))
        in_scale, pool = out_scale, description.pool if description.pool in AVERAGE_POOLS else None
        in_shape = _out_shape(layers[-1], in_shape)
    classes = in_shape[0]
    if architecture.class_names and len(architecture.class_names) != classes:
        raise ArchitectureError(
            f"architecture {architecture.name} names {len(architecture.class_names)} classes, but "
            f"the output layer has {classes}"
        )
    return layers


def import_network(checkpoint, architecture, config, calibration=None, on_layer=None):
    """Round every layer to the formats, and prove that the result is exact.

    Parameters
    ----------
    checkpoint : quant.importers.checkpoint.Checkpoint
    architecture : quant.importers.architecture.Architecture
    config : golden.config.HardwareConfig
        Gives T, F and the width of a membrane potential.
    calibration : uint8 array (N, channels, height, width), optional
        Unlabelled images that decide how the numbers are rounded (`quant.calibration`); without them each weight goes
        to its nearest code.
    on_layer : function of int, optional
        Called with the number of calibrated layers.

    Returns
    -------
    network : golden.network.Network
    errors : list of dict
        Per layer the figures of `quant.quantisation_error`, and those of `quant.calibration.layer_rounding`.

    Raises
    ------
    CheckpointError, ArchitectureError
        From `trained_layers`; or a layer needs calibration.
    CalibrationError
        The calibration images do not suit the network.
    QuantisationError
        A value is outside the formats' range.
    golden.network.NetworkError
        The layers do not fit each other, a product would lose bits, or a membrane potential may overflow.
    """
    layers = trained_layers(checkpoint, architecture)
    code = codes.spike_code(architecture.spike_code)
    if calibration is None:
        import_layer = codes.part(code, "quant.codes").import_layer
        quantised, calibration_errors = [import_layer(layer, config) for layer in layers], [{} for _ in layers]
    elif code.name != Ttfs.name:
        raise ArchitectureError(
            f"architecture {architecture.name}: calibration rounds for the spike code {Ttfs.name}, not {code.name}"
        )
    else:
        layers, quantised, calibration_errors = calibrate(
            layers, calibration, architecture.input_shape, architecture.input_coding, config, on_layer
        )
    network = Network(
        name=architecture.name,
        input_shape=architecture.input_shape,
        time_steps=config.time_steps,
        fraction_bits=config.fraction_bits,
        acc_bits=config.acc_bits,
        input_coding=architecture.input_coding,
        spike_code=code.name,
        class_names=architecture.class_names,
        data_set=architecture.data_set,
        layers=tuple(
            Layer.of(
                name=layer.name,
                weights=rounded.weights,
                biases=rounded.biases,
                offsets=rounded.offsets,
                window=layer.window,
                pool=layer.pool,
                fires=layer.fires,
            )
            for layer, rounded in zip(layers, quantised)
        ),
    )
    require_exact(network)
    return network, [
        measure(network, index, layer.weights) | errors
        for index, (layer, errors) in enumerate(zip(layers, calibration_errors))
    ]


def _out_shape(layer, in_shape):
    out_map = layer.out_map(in_shape[1:])
    if min(out_map) < 1:
        raise ArchitectureError(
            f"layer {layer.name}: kernel {_times(layer.window.kernel)} with padding "
            f"{_times(layer.window.padding)} leaves nothing of the map of {_times(in_shape)} before it"
        )
    return (len(layer.weights), *out_map)


def _weights_and_biases(checkpoint, description, in_shape, epsilon):
    """float64 weights (out, in, kernel_h, kernel_w) and biases (out,) with the batch norm folded in."""
    weights = checkpoint.tensor(description.weight, description.name)
    shape = weights.shape
    if description.kind == LINEAR:
        inputs = int(np.prod(in_shape))
        if len(shape) != 2 or shape[1] != inputs:
            raise ArchitectureError(
                f"layer {description.name}: expected {description.weight!r} of shape "
                f"(out, {inputs}) for the map of {_times(in_shape)} before it, got {shape}"
            )
        weights = weights.reshape(-1, *in_shape)
    elif len(shape) != 4 or shape[1] != in_shape[0]:
        raise ArchitectureError(
            f"layer {description.name}: expected {description.weight!r} of shape "
            f"(out, {in_shape[0]}, kernel_h, kernel_w) for the map of {_times(in_shape)} before "
            f"it, got {shape}"
        )
    if weights.size == 0:
        raise ArchitectureError(f"layer {description.name}: {description.weight!r} of shape {shape} has no weights")
    biases = np.zeros(shape[0])
    if description.bias is not None:
        biases = checkpoint.tensor(description.bias, description.name)
        if biases.shape != shape[:1]:
            raise ArchitectureError(
                f"layer {description.name}: expected {description.bias!r} of shape ({shape[0]},), got {biases.shape}"
            )
    if description.batch_norm is None:
        return weights, biases
    try:
        batch_norm = BatchNorm(
            *(checkpoint.tensor(f"{description.batch_norm}.{parameter}", description.name) for parameter in PARAMETERS),
            epsilon=epsilon,
        )
        return batch_norm.fold(weights, biases)
    except BatchNormError as error:
        raise BatchNormError(f"layer {description.name}: {error}") from None


def _refuse_unused_tensors(checkpoint, architecture):
    tensors, used = checkpoint.tensors, architecture.tensor_names()
    arrays = {id(tensors[name]) for name in used.intersection(tensors)}  # a tensor may have several names
    unused = sorted(name for name, array in tensors.items() if name not in used and id(array) not in arrays)
    if unused:
        raise ArchitectureError(
            f"architecture {architecture.name} uses only part of checkpoint {checkpoint.path}: no "
            f"layer has the tensor {unused[0]!r}" + (f" (nor {len(unused) - 1} more)" if len(unused) > 1 else "")
        )


def _times(shape):
    return " x ".join(map(str, shape))
