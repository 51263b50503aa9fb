import numpy as np

from firstspike.golden.datasets import digits


def test_all_images_are_there_with_17_grey_levels():
    pixels, labels = digits.read()
    assert pixels.shape == (1797, 1, 8, 8) and pixels.dtype == np.uint8
    assert set(np.unique(pixels)) == {*range(0, 256, 16), 255}
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_the_split_takes_every_image_once_and_every_fifth_for_the_test():
    pixels, labels = digits.read()
    test_pixels, test_labels = digits.split(training=False)
    training_pixels, training_labels = digits.split(training=True)
    assert len(test_labels) == digits.TEST_IMAGES and len(training_labels) == 1437
    assert np.array_equal(test_pixels[3], pixels[15]) and test_labels[3] == labels[15]
    assert np.array_equal(training_pixels[:5], pixels[[1, 2, 3, 4, 6]])
    assert np.array_equal(np.sort(np.concatenate([test_labels, training_labels])), np.sort(labels))
