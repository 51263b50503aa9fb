"""From a checkpoint to the network file: import, schedule, network stream."""

import warnings
from collections.abc import Callable
from dataclasses import asdict
from os import PathLike
from typing import TYPE_CHECKING

import numpy as np

from firstspike.golden.config import HardwareConfig
from firstspike.golden.evaluators import fast
from firstspike.golden.network import NetworkError
from firstspike.golden.network_file import NetworkFile
from firstspike.golden.streams import network_stream as stream
from firstspike.golden.streams.network_stream import StreamError
from firstspike.quant.calibration import CalibrationError
from firstspike.quant.codes.ttfs import QuantisationError
from firstspike.quant.importers.architecture import ArchitectureError
from firstspike.quant.importers.batch_norm import BatchNormError
from firstspike.quant.importers.checkpoint import CheckpointError
from firstspike.quant.importers.float_network import classes
from firstspike.quant.importers.importer import import_network, trained_layers
from firstspike.quant.importers.source import read
from firstspike.quant.mapper import mapper

if TYPE_CHECKING:  # neither package is needed to export a file
    import nir
    import torch

ERRORS = (
    ArchitectureError,
    BatchNormError,
    CalibrationError,
    CheckpointError,
    NetworkError,
    QuantisationError,
    StreamError,
    mapper.MappingError,
)
"""Everything that makes an export end with a message to the user."""

CLASS_DIFFERENCE = "calibration_class_difference"
"""Field of a network file's origin: the part of the calibration images that the rounded network classes otherwise than
the trained one."""
MOST_DIFFERENCE = 0.03
"""Up to which this is as usual."""


def export(
    source: "str | PathLike | tuple | torch.nn.Module | nir.NIRGraph",
    config: HardwareConfig | str,
    batch: int = 1,
    architecture_path: str | PathLike | None = None,
    input_coding: str | None = None,
    calibration: np.ndarray | None = None,
    input_shape: tuple[int, int, int] | None = None,
    normalisation: tuple[tuple[float, ...], tuple[float, ...]] | None = None,
    on_layer: Callable[[int], object] | None = None,
) -> NetworkFile:
    """The network file of a trained network for one hardware configuration.

    Parameters
    ----------
    source : path, torch.nn.Module, nir.NIRGraph, (Checkpoint, Architecture), or what `quant.importers.source.read` returned
        A path is that of a file `.safetensors`, `.pt`, `.pth` or `.nir`.
    config : golden.config.HardwareConfig or str
        A string is the name of a preset, or the path of a JSON file.
    batch : int
        Images of one run, 1..16.
    architecture_path : path, optional
        JSON file that says what the tensors mean; by default the file beside the checkpoint, or its metadata.
    input_coding : str, optional
        "direct" or "ttfs", instead of the architecture's.
    calibration : uint8 array (N, channels, height, width), optional
        Up to 1,000 unlabelled images that decide how the numbers are rounded; without them each weight goes to its
        nearest code.
    input_shape : (int, int, int), optional
        Channels, height, width of the images of a module; by default those of the calibration images.
    normalisation : (mean, std), optional
        Of each channel, in units of p / 256: the network was trained with (value - mean) / std. Instead of the
        architecture's; a module that normalises its images itself is refused.
    on_layer : function of int, optional
        Called with the number of calibrated layers.

    Returns
    -------
    golden.network_file.NetworkFile

    Warns
    -----
    UserWarning
        The rounded network classes more than `MOST_DIFFERENCE` of the calibration images otherwise.

    Raises
    ------
    ERRORS
        One of these, with a message that says what was expected and what was found.
    golden.config.ConfigurationError
        There is no such configuration.
    """
    if isinstance(config, str):
        config = HardwareConfig.load(config)
    if input_shape is None and calibration is not None:
        input_shape = calibration.shape[1:]
    trained, described, origin = read(source, architecture_path, input_shape)
    if input_coding is not None:
        described = described.model_copy(update={"input_coding": input_coding})
    if normalisation is not None:
        mean, std = normalisation
        if described.input_mean and not isinstance(source, (str, PathLike, tuple)):
            raise ArchitectureError(
                f"{described.name} normalises its images itself, by the mean {described.input_mean} and the std "
                f"{described.input_std}: leave `normalisation` out"
            )
        described = described.model_copy(update={"input_mean": tuple(mean), "input_std": tuple(std)})
    network, errors = import_network(trained, described, config, calibration, on_layer)
    mapping = mapper.choose(network, config, batch)
    if calibration is not None:
        floats = classes(trained_layers(trained, described), calibration)
        rounded = fast.run(network, calibration).classes(network)
        difference = float((floats != rounded).mean())
        origin = origin | {CLASS_DIFFERENCE: difference}
        if difference > MOST_DIFFERENCE:
            warnings.warn(
                f"{difference:.1%} of the calibration images are classed otherwise than by the trained network, and more "
                f"than {MOST_DIFFERENCE:.0%} is unusual: calibrate with images like those of the training, or train on "
                f"the processor's numbers (firstspike train)",
                stacklevel=2,
            )
    origin = origin | {
        "calibration_images": 0 if calibration is None else len(calibration),
        "quantisation": errors,
        "mapping": [asdict(choice) for choice in mapping.choices],
    }
    return NetworkFile(network, mapping.schedule, stream.encode(network, mapping.schedule), origin)
