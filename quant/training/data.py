"""Labelled images to train on."""

from dataclasses import dataclass

import numpy as np

from firstspike.golden.datasets.data_set import DataSet


@dataclass(frozen=True, eq=False)
class TrainingData:
    """Images to train on, and others to test with.

    Attributes
    ----------
    name : str
    pixels, test_pixels : uint8 arrays (N, channels, height, width)
    labels, test_labels : int64 arrays (N,)
    class_names : tuple of str
    """

    name: str
    pixels: np.ndarray
    labels: np.ndarray
    test_pixels: np.ndarray
    test_labels: np.ndarray
    class_names: tuple

    @property
    def input_shape(self):
        return self.pixels.shape[1:]


def training_data(data_set: DataSet) -> TrainingData:
    """The images of a data set to train on, and those that it holds out to test with; classes without names are numbered.

    Raises
    ------
    golden.datasets.data_set.ImagesError
        The images cannot be had.
    """
    training, held_out = data_set.training(), data_set.held_out()
    names = data_set.class_names or tuple(map(str, range(data_set.classes)))
    return TrainingData(data_set.name, training.pixels, training.labels, held_out.pixels, held_out.labels, tuple(names))


def synthetic(input_shape, classes, count, seed=0):
    """Noisy copies of one coarse symmetric pattern per class: whatever learns at all learns this, shifted or mirrored.

    Parameters
    ----------
    input_shape : (int, int, int)
    classes : int
    count : int
        Images to train on; a quarter as many to test.
    seed : int
    """
    rng = np.random.default_rng(seed)
    channels, height, width = input_shape
    quarters = rng.choice([0, 255], (classes, channels, 4, 2))
    patterns = np.concatenate([quarters, quarters[..., ::-1]], axis=3)
    images = patterns[:, :, np.arange(height) * 4 // height][..., np.arange(width) * 4 // width]

    def draw(number):
        labels = np.arange(number, dtype=np.int64) % classes
        noisy = images[labels] + rng.normal(0, 40, (number, *input_shape))
        return np.clip(noisy, 0, 255).astype(np.uint8), labels

    return TrainingData(
        "synthetic", *draw(count), *draw(max(classes, count // 4)), tuple(f"class {index}" for index in range(classes))
    )
