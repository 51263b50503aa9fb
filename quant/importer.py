"""From a checkpoint and its architecture to a quantised network."""

import numpy as np

from golden.exactness import require_exact
from golden.network import Layer, Network
from quant.architecture import LINEAR, ArchitectureError
from quant.batch_norm import PARAMETERS, BatchNorm, BatchNormError
from quant.quantisation_error import measure
from quant.quantise import QuantisationError, quantise


def import_network(checkpoint, architecture, config):
    """Fold the batch norms, round every layer to the formats, and prove that the result is exact.

    Parameters
    ----------
    checkpoint : quant.checkpoint.Checkpoint
    architecture : quant.architecture.Architecture
    config : golden.config.HardwareConfig
        Gives T, F and the width of a membrane potential.

    Returns
    -------
    network : golden.network.Network
    errors : list of dict
        Per layer the figures of `quant.quantisation_error`.

    Raises
    ------
    CheckpointError
        A tensor is missing or not finite.
    ArchitectureError
        A tensor has another shape than the architecture says, or is not used by it.
    QuantisationError
        A value is outside the formats' range.
    golden.network.NetworkError
        The layers do not fit each other, a product would lose bits, or a membrane potential may overflow.
    """
    _refuse_unused_tensors(checkpoint, architecture)
    in_shape, layers, trained = architecture.input_shape, [], []
    for description in architecture.layers:
        weights, biases = _trained_layer(checkpoint, description, in_shape, architecture.batch_norm_epsilon)
        fires = description is not architecture.layers[-1]
        try:
            quantised = quantise(weights, biases, config.fraction_bits, fires)
        except QuantisationError as error:
            raise QuantisationError(f"layer {description.name}: {error}") from None
        layer = Layer(name=description.name, weights=quantised.weights, biases=quantised.biases,
                      offsets=quantised.offsets, padding=description.padding, stride=description.stride,
                      pool=description.pool != "none", fires=fires)
        layers.append(layer)
        trained.append(weights)
        out_map = layer.out_map(in_shape[1:])
        if min(out_map) < 1:
            raise ArchitectureError(f"layer {description.name}: kernel {_times(layer.kernel)} with padding "
                                    f"{_times(layer.padding)} leaves nothing of the map of {_times(in_shape)} before "
                                    f"it")
        in_shape = (layer.out_channels, *out_map)
    network = Network(name=architecture.name, layers=tuple(layers), input_shape=architecture.input_shape,
                      time_steps=config.time_steps, fraction_bits=config.fraction_bits, acc_bits=config.acc_bits,
                      input_coding=architecture.input_coding, class_names=architecture.class_names)
    _check_class_names(network)
    require_exact(network)
    return network, [measure(network, index, weights) for index, weights in enumerate(trained)]


def _trained_layer(checkpoint, description, in_shape, epsilon):
    """float64 weights (out, in, kernel_h, kernel_w) and biases (out,) with the batch norm folded in."""
    weights = checkpoint.tensor(description.weight, description.name)
    shape = weights.shape
    if description.kind == LINEAR:
        inputs = int(np.prod(in_shape))
        if len(shape) != 2 or shape[1] != inputs:
            raise ArchitectureError(f"layer {description.name}: expected {description.weight!r} of shape "
                                    f"(out, {inputs}) for the map of {_times(in_shape)} before it, got {shape}")
        weights = weights.reshape(-1, *in_shape)
    elif len(shape) != 4 or shape[1] != in_shape[0]:
        raise ArchitectureError(f"layer {description.name}: expected {description.weight!r} of shape "
                                f"(out, {in_shape[0]}, kernel_h, kernel_w) for the map of {_times(in_shape)} before "
                                f"it, got {shape}")
    if weights.size == 0:
        raise ArchitectureError(f"layer {description.name}: {description.weight!r} of shape {shape} has no weights")
    biases = np.zeros(shape[0])
    if description.bias is not None:
        biases = checkpoint.tensor(description.bias, description.name)
        if biases.shape != shape[:1]:
            raise ArchitectureError(f"layer {description.name}: expected {description.bias!r} of shape ({shape[0]},), "
                                    f"got {biases.shape}")
    if description.batch_norm is None:
        return weights, biases
    try:
        batch_norm = BatchNorm(*(checkpoint.tensor(f"{description.batch_norm}.{parameter}", description.name)
                                 for parameter in PARAMETERS), epsilon=epsilon)
        return batch_norm.fold(weights, biases)
    except BatchNormError as error:
        raise BatchNormError(f"layer {description.name}: {error}") from None


def _refuse_unused_tensors(checkpoint, architecture):
    used = set()
    for layer in architecture.layers:
        used |= {layer.weight, layer.bias} | {f"{layer.batch_norm}.{parameter}" for parameter in PARAMETERS}
    unused = sorted(set(checkpoint.tensors) - used)
    if unused:
        raise ArchitectureError(f"architecture {architecture.name} uses only part of checkpoint {checkpoint.path}: no "
                                f"layer has the tensor {unused[0]!r}"
                                + (f" (nor {len(unused) - 1} more)" if len(unused) > 1 else ""))


def _check_class_names(network):
    classes = network.layers[-1].out_channels
    if network.class_names and len(network.class_names) != classes:
        raise ArchitectureError(f"architecture {network.name} names {len(network.class_names)} classes, but the "
                                f"output layer has {classes}")


def _times(shape):
    return " x ".join(map(str, shape))
