"""Pictures of the user's, in every form that Pillow reads."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from firstspike.golden.datasets import pictures
from firstspike.golden.datasets.data_set import ImagesError
from firstspike.golden.datasets.sample_pictures import SAMPLES


def seen(path, shape):
    return pictures.read(path, shape).pixels.tolist()


def test_a_picture_of_the_right_size_is_taken_as_it_is(tmp_path):
    pixels = np.random.default_rng(1).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "small.png")
    taken = pictures.read(tmp_path / "small.png", (3, 5, 7)).pixels
    assert taken.flags.c_contiguous and taken.dtype == np.uint8
    assert (taken == pixels.transpose(2, 0, 1)).all()


def test_a_wide_picture_is_cropped_to_its_centre_and_resized(tmp_path):
    wide = np.zeros((40, 120, 3), dtype=np.uint8)
    wide[:, 24:96] = 10, 200, 30  # beyond the centre, as resizing looks at neighbours
    Image.fromarray(wide).save(tmp_path / "wide.png")
    taken = pictures.read(tmp_path / "wide.png", (3, 8, 8)).pixels
    assert (taken == np.array([10, 200, 30])[:, None, None]).all()


def test_a_picture_with_a_palette_and_a_grey_network_is_converted(tmp_path):
    Image.new("RGB", (9, 9), (102, 102, 102)).convert("P").save(tmp_path / "palette.gif")
    assert (pictures.read(tmp_path / "palette.gif", (3, 4, 4)).pixels == 102).all()
    assert pictures.read(tmp_path / "palette.gif", (1, 4, 6)).pixels.tolist() == [[[102] * 6] * 4]


def test_a_rotated_photograph_is_turned_upright(tmp_path):
    sideways = Image.new("L", (6, 6), 0)
    sideways.paste(255, (0, 0, 3, 6))
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: turn by 90 degrees clockwise
    sideways.save(tmp_path / "photo.png", exif=exif)
    assert pictures.read(tmp_path / "photo.png", (1, 6, 6)).pixels[0].tolist() == [[255] * 6] * 3 + [[0] * 6] * 3


def test_a_file_that_is_no_picture_is_refused(tmp_path):
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(ImagesError, match="text.png is not a picture"):
        pictures.read(tmp_path / "text.png", (3, 8, 8))


def test_a_truncated_or_missing_picture_is_refused(tmp_path):
    whole = SAMPLES / "cat_0.png"
    (tmp_path / "half.png").write_bytes(whole.read_bytes()[:700])
    with pytest.raises(ImagesError, match="cannot read the picture .*half.png"):
        pictures.read(tmp_path / "half.png", (3, 8, 8))
    with pytest.raises(ImagesError, match="cannot read the picture .*none.png: No such file"):
        pictures.read(tmp_path / "none.png", (3, 8, 8))


def test_a_network_that_takes_no_picture_is_named():
    with pytest.raises(ImagesError, match="a picture has 1 or 3 channels, but the network takes 5"):
        pictures.read(SAMPLES / "cat_0.png", (5, 8, 8))


def test_of_16_bits_the_upper_8_are_taken(tmp_path):
    """0, 1000, 2000 was cut to 0, 255, 255."""
    numbers = np.array([[0, 1000, 2000], [65535, 256, 255]], dtype=np.uint16)
    for name in ("grey.png", "grey.tif", "grey.pgm"):
        Image.fromarray(numbers).save(tmp_path / name)
        taken = pictures.read(tmp_path / name, (1, 2, 3))
        assert taken.pixels.tolist() == [[[0, 3, 7], [255, 1, 0]]], name
        assert taken.source == f"{tmp_path / name} (of its 16 bits a pixel the upper 8)"
        assert seen(tmp_path / name, (3, 2, 3)) == [[[0, 3, 7], [255, 1, 0]]] * 3


def tiff(content, width, height, bits, photometric):
    """A TIFF of grey pixels in forms that Pillow reads but does not write."""
    tags = {
        256: width,
        257: height,
        258: bits,
        259: 1,
        262: photometric,
        273: 8,
        277: 1,
        278: height,
        279: len(content),
    }
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    return b"".join(
        (b"II*\0", struct.pack("<I", 8 + len(content)), content, struct.pack("<H", len(tags)), entries, bytes(4))
    )


def test_of_12_bits_the_upper_8_are_taken(tmp_path):
    """They were taken for the lower 12 of 16: 0x800 became 8."""
    path = tmp_path / "12.tif"
    path.write_bytes(tiff(bytes.fromhex("000800fff40f"), 2, 2, 12, 1))
    taken = pictures.read(path, (1, 2, 2))
    assert taken.pixels.tolist() == [[[0, 128], [255, 64]]]
    assert taken.source == f"{path} (of its 12 bits a pixel the upper 8)"


@pytest.mark.parametrize("photometric, expected", [(0, [255, 252, 0]), (1, [0, 3, 255])])
def test_a_tiff_may_say_that_0_is_white(tmp_path, photometric, expected):
    path = tmp_path / "16.tif"
    path.write_bytes(tiff(np.array([0, 1000, 65535], "<u2").tobytes(), 3, 1, 16, photometric))
    assert seen(path, (1, 1, 3)) == [[expected]]


@pytest.mark.parametrize("name", ["moving.gif", "moving.png", "moving.webp", "pages.tif"])
def test_of_several_pictures_the_first_is_taken_and_the_source_says_so(tmp_path, name):
    red, green = (Image.new("RGB", (2, 2), colour) for colour in ((255, 0, 0), (0, 255, 0)))
    options = {"lossless": True} if name.endswith("webp") else {}
    red.save(tmp_path / name, save_all=True, append_images=[green], **options)
    taken = pictures.read(tmp_path / name, (3, 2, 2))
    assert taken.pixels[:, 0, 0].tolist() == [255, 0, 0]
    assert taken.source == f"{tmp_path / name} (the first of its 2 pictures)"


def chunk(kind, content):
    return len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4)


def png(numbers, colour_type, *extra):
    """A PNG with 16 bits a channel, which Pillow does not write in colour."""
    height, width = numbers.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, 16, colour_type, 0, 0, 0)
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in numbers)
    return b"".join(
        (b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", header), *extra, chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    )


@pytest.mark.parametrize("colour_type, channels", [(0, 1), (2, 3), (4, 2), (6, 4)])
def test_every_png_of_16_bits_is_scaled(tmp_path, colour_type, channels):
    numbers = np.random.default_rng(colour_type).integers(0, 65536, (3, 4, channels), dtype=np.uint16)
    if channels in (2, 4):
        numbers[..., -1] = 65535
    path = tmp_path / "deep.png"
    path.write_bytes(png(numbers, colour_type))
    colours = numbers[..., : 1 if channels < 3 else 3] >> 8
    expected = np.broadcast_to(colours, (3, 4, 3)).transpose(2, 0, 1)
    assert seen(path, (3, 3, 4)) == expected.tolist()


def test_a_transparent_number_of_16_bits_is_white(tmp_path):
    numbers = np.array([[0, 1000, 2000]], dtype=np.uint16)[..., None]
    path = tmp_path / "key.png"
    path.write_bytes(png(numbers, 0, chunk(b"tRNS", (1000).to_bytes(2))))
    taken = pictures.read(path, (1, 1, 3))
    assert taken.pixels.tolist() == [[[0, 255, 7]]]
    assert taken.source.endswith("(of its 16 bits a pixel the upper 8, its transparent parts on white)")


def test_transparent_pixels_are_white_and_half_transparent_ones_half(tmp_path):
    """They were black."""
    colours = np.array([[[0, 0, 0, 0], [200, 100, 0, 255], [0, 0, 0, 51]]], dtype=np.uint8)
    path = tmp_path / "transparent.png"
    Image.fromarray(colours).save(path)
    taken = pictures.read(path, (3, 1, 3))
    assert taken.pixels.tolist() == [[[255, 200, 204]], [[255, 100, 204]], [[255, 0, 204]]]
    assert taken.source == f"{path} (its transparent parts on white)"


@pytest.mark.parametrize("mode", ["LA", "P", "L", "RGB", "RGBA"])
def test_transparency_of_every_form_is_white(tmp_path, mode):
    path = tmp_path / "one.png"
    if mode == "P":
        image, options = Image.new("P", (2, 1), 3), {"transparency": 3}
        image.putpalette([0, 0, 0] * 4)
    elif mode in ("L", "RGB"):
        image, options = Image.new(mode, (2, 1), 0), {"transparency": 0 if mode == "L" else (0, 0, 0)}
    else:
        image, options = Image.new(mode, (2, 1), (0,) * len(mode)), {}
    image.save(path, **options)
    for channels in (1, 3):
        taken = pictures.read(path, (channels, 1, 2))
        assert (taken.pixels == 255).all() and "transparent parts on white" in taken.source


def test_an_opaque_picture_with_an_alpha_channel_needs_no_remark(tmp_path):
    Image.new("RGBA", (2, 2), (1, 2, 3, 255)).save(tmp_path / "opaque.png")
    taken = pictures.read(tmp_path / "opaque.png", (3, 2, 2))
    assert taken.source == str(tmp_path / "opaque.png") and taken.pixels[:, 0, 0].tolist() == [1, 2, 3]


@pytest.mark.parametrize("numbers", [np.zeros((2, 2), np.int32), np.zeros((2, 2), np.float32)])
def test_a_picture_that_does_not_say_what_is_white_is_refused(tmp_path, numbers):
    Image.fromarray(numbers).save(tmp_path / "deep.tif")
    with pytest.raises(ImagesError, match="pixels of 32 bits .* save it with 8 or 16 bits a channel"):
        pictures.read(tmp_path / "deep.tif", (1, 2, 2))
