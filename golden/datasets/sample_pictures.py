"""The sample pictures of this project, two of each class of CIFAR-10."""

from pathlib import Path

import numpy as np

from firstspike.golden.datasets import pictures
from firstspike.golden.datasets.cifar_batches import SHAPE
from firstspike.golden.datasets.data_set import Images
from firstspike.golden.datasets.samples.draw import CLASSES, VARIANTS

SAMPLES = Path(__file__).resolve().parent / "samples"


def read(count: int, reason: str) -> Images:
    """The first `count` sample pictures, or all of them; `reason` says in `source` why there is nothing better."""
    class_names = tuple(draw.__name__ for draw in CLASSES)
    names = [(label, variant) for variant in range(VARIANTS) for label in range(len(CLASSES))][:count]
    pixels = [pictures.read(SAMPLES / f"{class_names[label]}_{variant}.png", SHAPE).pixels for label, variant in names]
    return Images(
        np.stack(pixels),
        np.array([label for label, _ in names], dtype=np.int64),
        class_names,
        f"{len(names)} sample pictures of this project ({reason})",
    )
