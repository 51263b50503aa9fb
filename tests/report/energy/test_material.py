"""What the report is computed from."""

import pytest

from firstspike.golden.energy.errors import EnergyError


@pytest.mark.parametrize("count", [3, 5])
def test_images_that_are_no_whole_batches_are_an_error(make_material, count):
    with pytest.raises(EnergyError, match=f"expected whole batches of 2 images, got {count} images"):
        make_material(batch=2, count=count)


@pytest.mark.parametrize("count, batches", [(4, {1, 4}), (6, {1}), (3, {1})])
def test_all_estimates_are_of_the_same_number_of_images(make_material, count, batches):
    found = make_material(count=count)
    assert {batch for batch, _ in found.variants} == batches
    estimates = [found.estimate, *found.by_table, *(one for _, one in found.variants)]
    assert {one.images for one in estimates} == {count}


def test_image_to_show_must_exist(make_material):
    with pytest.raises(EnergyError, match="the image to show must be one of 0 to 3, not 4"):
        make_material(shown=4)
