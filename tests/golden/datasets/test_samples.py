import numpy as np
from PIL import Image

from firstspike.golden.datasets import cifar10, sample_pictures
from firstspike.golden.datasets.sample_pictures import SAMPLES
from firstspike.golden.datasets.samples import draw


def test_the_shipped_pictures_are_the_drawn_ones():
    drawn = dict(draw.pictures())
    assert sorted(drawn) == sorted(path.name for path in SAMPLES.glob("*.png"))
    for name, image in drawn.items():
        with Image.open(SAMPLES / name) as shipped:
            assert shipped.size == (32, 32) and shipped.mode == "RGB"
            assert (np.asarray(shipped) == np.asarray(image)).all()


def test_there_are_two_different_pictures_of_each_class():
    pictures = {name: np.asarray(image).tobytes() for name, image in draw.pictures()}
    assert len(pictures) == len(set(pictures.values())) == 20
    assert {name.rsplit("_", 1)[0] for name in pictures} == {
        "airplane",
        "automobile",
        "bird",
        "cat",
        "deer",
        "dog",
        "frog",
        "horse",
        "ship",
        "truck",
    }


def test_the_class_names_of_the_sample_pictures_are_those_of_cifar10():
    assert sample_pictures.read(1, "").class_names == cifar10.CLASS_NAMES
