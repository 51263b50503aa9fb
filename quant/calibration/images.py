"""Calibration images for a network whose data set is known, or from a file of the user's."""

from pathlib import Path

import numpy as np

from firstspike.golden.datasets import cifar10, data_set, digits
from firstspike.golden.datasets import images as image_sources
from firstspike.quant.calibration.calibrate import MAX_IMAGES, CalibrationError


def calibration_images(architecture, classes, source):
    """Unlabelled images and where they came from.

    Parameters
    ----------
    architecture : quant.importers.architecture.Architecture
    classes : int
        Outputs of the network.
    source : str
        A number of images, or the path of a `.npy` file with a uint8 array (N, channels, height, width). The number
        means the last training images of the digits, and the last test images of CIFAR-10 (its training images are
        not at hand everywhere; leave these test images out when you measure the accuracy).

    Returns
    -------
    (uint8 array, str)

    Raises
    ------
    CalibrationError
        There are no such images.
    """
    if not source.isdecimal():
        return _from_file(Path(source)), source
    count = int(source)
    if not 1 <= count <= MAX_IMAGES:
        raise CalibrationError(f"calibration: expected 1 to {MAX_IMAGES} images, got {count}")
    try:
        suited = data_set.of_network(
            architecture.name, architecture.input_shape, classes, architecture.class_names, architecture.data_set
        )
    except data_set.ImagesError as error:
        raise CalibrationError(
            f"calibration: {error}; for another data set give --calibration a .npy file with uint8 images"
        ) from None
    if suited is data_set.DIGITS:
        return digits.split(training=True)[0][-count:], f"the last {count} training images of the digits"
    found = image_sources.cifar10(cifar10.TEST_IMAGES)
    if len(found.pixels) < cifar10.TEST_IMAGES:
        raise CalibrationError(f"calibration: {found.source}")
    return found.pixels[-count:], f"the last {count} images of the {found.source}"


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
