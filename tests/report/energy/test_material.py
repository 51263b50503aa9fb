"""What the report is computed from."""

import pytest

from firstspike.golden.energy.errors import EnergyError


def test_images_beyond_whole_batches_only_count_for_the_accuracy(make_material):
    found = make_material(batch=2, count=5)
    assert len(found.images) == found.estimate.images == 4
    assert found.accuracy_images == 5


def test_accuracy_images_are_not_priced(make_material):
    found = make_material(count=6, only_classified=4)
    assert found.estimate.images == 2
    assert found.accuracy_images == 6


def test_fewer_images_than_a_batch_is_an_error(make_material):
    with pytest.raises(EnergyError, match="a batch has 4 images, but there are only 3"):
        make_material(batch=4, count=3)


def test_image_to_show_must_exist(make_material):
    with pytest.raises(EnergyError, match="the image to show must be one of 0 to 3, not 4"):
        make_material(shown=4)
