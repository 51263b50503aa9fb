import numpy as np
from PIL import Image

from firstspike.report.run import picture


def pixels(channels=3):
    return np.random.default_rng(1).integers(0, 256, (channels, 5, 4), dtype=np.uint8)


def test_half_blocks_show_every_pixel():
    source = pixels()
    text = picture.half_blocks(source)
    lines = text.plain.splitlines()
    assert [len(line) for line in lines] == [4, 4, 4]
    styles = [span.style for span in text.spans]
    colours = ["#{:02x}{:02x}{:02x}".format(*source[:, row, column]) for row in range(5) for column in range(4)]
    assert sum((str(style).split(" on ") for style in styles), []) == [
        colours[row * 4 + column] for top in range(0, 5, 2) for column in range(4) for row in (top, top + 1) if row < 5
    ]


def test_the_file_shows_the_pixels_enlarged(tmp_path):
    source = pixels()
    picture.save(source, tmp_path / "new" / "input.png")
    with Image.open(tmp_path / "new" / "input.png") as image:
        enlarged = np.asarray(image)
    factor = picture.ENLARGED // 5
    assert np.array_equal(enlarged[::factor, ::factor].transpose(2, 0, 1), source)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["input.png"]


def test_one_channel_is_grey():
    source = pixels(channels=1)
    text = picture.half_blocks(source)
    assert str(text.spans[0].style).startswith("#{0:02x}{0:02x}{0:02x} on ".format(source[0, 0, 0]))
