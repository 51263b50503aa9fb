"""Calibration images: those of a data set for training, or a file of the user's without labels."""

from pathlib import Path

import numpy as np

from firstspike.golden.datasets import registry
from firstspike.golden.datasets.data_set import ImagesError
from firstspike.quant.calibration.calibrate import MAX_IMAGES, CalibrationError


def calibration_images(architecture, classes, source, data=None):
    """Unlabelled images and where they came from.

    Parameters
    ----------
    architecture : quant.importers.architecture.Architecture
    classes : int
        Outputs of the network.
    source : str
        A number of images, the last ones that the data set has for training; or the path of a `.npy` file with a uint8
        array (N, channels, height, width).
    data : str or path, optional
        As for `golden.datasets.registry.find`; by default the data set that the network was trained for.

    Returns
    -------
    (uint8 array, str)

    Raises
    ------
    CalibrationError
        There are no such images.
    """
    if not source.isdecimal():
        if data is not None:
            raise CalibrationError(
                f"calibration: expected a number of images of {data}, or a .npy file and no data set, got {source}"
            )
        return _from_file(Path(source)), source
    count = int(source)
    if not 1 <= count <= MAX_IMAGES:
        raise CalibrationError(f"calibration: expected 1 to {MAX_IMAGES} images, got {count}")
    try:
        suited = registry.suited(
            architecture.name, architecture.input_shape, classes, architecture.class_names, architecture.data_set, data
        )
        found = suited.training()
    except ImagesError as error:
        raise CalibrationError(
            f"calibration: {error}; unlabelled images can come from a file, --calibration FILE.npy"
        ) from None
    if count > len(found.pixels):
        raise CalibrationError(
            f"calibration: {suited.title} has {len(found.pixels)} training images, expected at most that, got {count}"
        )
    return found.pixels[-count:], f"the last {count} of {found.source}"


def _from_file(path):
    try:
        images = np.load(path, allow_pickle=False)
    except OSError as error:
        raise CalibrationError(f"calibration: cannot read {path}: {error.strerror or error}") from None
    except ValueError as error:
        raise CalibrationError(f"calibration: {path} is not a .npy file: {error}") from None
    if not isinstance(images, np.ndarray):
        raise CalibrationError(f"calibration: {path} holds several arrays; expected one .npy array")
    return images
