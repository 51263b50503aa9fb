"""A folder of pictures, one sub-folder a class, and every way in which it may be wrong."""

import numpy as np
import pytest
from PIL import Image

from firstspike.golden.datasets import image_folder, pictures
from firstspike.golden.datasets.data_set import ImagesError

SHAPE = (3, 6, 8)


def picture(path, level=0, size=(8, 6)):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, (level, 0, 0)).save(path)


@pytest.fixture
def pets(tmp_path):
    folder = tmp_path / "pets"
    for index in range(3):
        picture(folder / "dog" / f"{index}.png", 100 + index)
    for index in range(2):
        picture(folder / "cat" / f"{index}.jpeg" if index else folder / "cat" / "0.png", 200 + index)
    return folder


def test_classes_are_in_the_order_of_their_names_and_take_turns(pets):
    data_set = image_folder.open_set(pets, SHAPE)
    assert (data_set.name, data_set.shape, data_set.class_names) == ("pets", SHAPE, ("cat", "dog"))
    found = data_set.first(5)
    assert found.labels.tolist() == [0, 1, 0, 1, 1] and found.labels.dtype == np.int64
    assert found.pixels[[0, 1, 3, 4], 0, 0, 0].tolist() == [200, 100, 101, 102]
    assert found.source == str(pets)


def test_pictures_of_other_sizes_are_resized_and_the_source_says_so(pets):
    picture(pets / "cat" / "large.png", 50, (90, 40))
    picture(pets / "cat" / "tall.png", 50, (7, 9))
    data_set = image_folder.open_set(pets, SHAPE)
    found = data_set.first(7)
    assert found.pixels.shape == (7, *SHAPE)
    assert found.source == f"{pets} (2 of 7 pictures resized to 6 x 8, sizes 6 x 8 to 40 x 90)"
    assert np.array_equal(found.pixels[4], pictures.read(pets / "cat" / "large.png", SHAPE).pixels)
    assert data_set.first(2).source == str(pets)


def test_hidden_files_are_left_out_and_the_source_says_so(pets):
    (pets / ".DS_Store").write_text("")
    (pets / "cat" / "._0.png").write_text("")
    (pets / ".git").mkdir()
    found = image_folder.open_set(pets, SHAPE).first(5)
    assert found.labels.tolist() == [0, 1, 0, 1, 1] and found.source == f"{pets} (3 hidden files left out)"


def test_grey_networks_see_grey_pictures(pets):
    assert image_folder.open_set(pets, (1, 6, 8)).first(2).pixels.shape == (2, 1, 6, 8)


def test_folders_that_are_no_classes_of_pictures_are_refused(pets, tmp_path):
    def refused(message, shape=SHAPE, folder=pets):
        with pytest.raises(ImagesError, match=f"{folder}.*{message}"):
            image_folder.open_set(folder, shape)

    refused("pictures have 1 or 3 channels, but the network takes 4", (4, 6, 8))
    empty = tmp_path / "empty"
    empty.mkdir()
    refused("expected one sub-folder of pictures a class, and two classes or more, got none", folder=empty)
    (empty / "cat").mkdir()
    refused("two classes or more, got only 'cat'", folder=empty)
    (empty / "dog").mkdir()
    refused("expected one sub-folder of pictures a class, but 'cat' has no pictures", folder=empty)
    (pets / "readme.txt").write_text("")
    refused("got the file 'readme.txt' beside them")
    (pets / "readme.txt").unlink()
    (pets / "cat" / "notes.txt").write_text("")
    refused("got the file 'notes.txt' in 'cat'")
    (pets / "cat" / "notes.txt").unlink()
    (pets / "cat" / "more").mkdir()
    refused("got the folder 'more' in 'cat'")


def test_a_damaged_picture_is_named(pets):
    whole = (pets / "cat" / "0.png").read_bytes()
    (pets / "cat" / "0.png").write_bytes(whole[: len(whole) // 2])
    data_set = image_folder.open_set(pets, SHAPE)
    with pytest.raises(ImagesError, match="0.png is not a picture|cannot read the picture .*0.png"):
        data_set.first(1)
    (pets / "cat" / "0.png").write_text("no picture")
    with pytest.raises(ImagesError, match="0.png is not a picture"):
        data_set.first(1)
