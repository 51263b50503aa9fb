"""Any picture as an input of a network."""

from dataclasses import dataclass
from os import PathLike

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, TiffImagePlugin, UnidentifiedImageError

from firstspike.golden.datasets.data_set import ImagesError

MODES = {1: "L", 3: "RGB"}
"""Channels of a network -> Pillow's name of such pictures."""

SIXTEEN_BITS = ("I;16", "I;16L", "I;16B", "I;16N")
TIFF_BITS, TIFF_PHOTOMETRIC, TIFF_WHITE_IS_ZERO = 258, 262, 0
WHITE = (255, 255, 255, 255)


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture as a network sees it.

    Attributes
    ----------
    pixels : uint8 array (channels, height, width)
    source : str
        The file, and what was done to it that may surprise, for people.
    size : (int, int)
        Height and width of the whole picture, upright.
    """

    pixels: NDArray[np.uint8]
    source: str
    size: tuple[int, int]


def read(path: str | PathLike[str], shape: tuple[int, int, int]) -> Picture:
    """The largest centred part of the network's aspect ratio, resized; what is transparent, on white.

    A pixel p of 8 bits means p / 256, so of 16 bits the upper 8 are taken: both mean the same share of white.

    Parameters
    ----------
    path : path
        A file in any format that Pillow reads.
    shape : (int, int, int)
        Channels (1 or 3), height, width.

    Raises
    ------
    ImagesError
        The file cannot be read, is no picture, or does not say which of its numbers is white; a network of that many
        channels takes no picture.
    """
    channels, height, width = shape
    if channels not in MODES:
        raise ImagesError(f"a picture has 1 or 3 channels, but the network takes {channels}")
    remarks: list[str] = []
    try:
        with Image.open(path) as image:
            white = _white(image)
            opaque = _on_white(_eight_bits(ImageOps.exif_transpose(image), white, path, remarks), remarks)
            converted = opaque.convert(MODES[channels])
            if (count := _pictures(image)) > 1:
                remarks.append(f"the first of its {count} pictures")
    except UnidentifiedImageError:
        raise ImagesError(f"{path} is not a picture (expected PNG, JPEG or another format that Pillow reads)") from None
    except ImagesError:
        raise
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ImagesError(f"cannot read the picture {path}: {getattr(error, 'strerror', None) or error}") from None
    fitted = np.asarray(ImageOps.fit(converted, (width, height), Image.Resampling.LANCZOS))
    pixels = np.ascontiguousarray(fitted.reshape(height, width, channels).transpose(2, 0, 1))
    source = f"{path} ({', '.join(remarks)})" if remarks else str(path)
    return Picture(pixels, source, (converted.height, converted.width))


def _pictures(image: Image.Image) -> int:
    """How many pictures the file has; what cannot be read after the first does not count."""
    try:
        return int(getattr(image, "n_frames", 1))
    except Exception:  # a damaged file makes Pillow end with nearly any exception
        return 1


def _white(image: Image.Image) -> tuple[int, bool] | None:
    """Bits of a grey pixel of more than 8, and whether 0 is white; None for other pictures."""
    # Pillow scales what a PGM file holds to 16 bits, and then calls the numbers by the name of 32 bits.
    if image.mode not in SIXTEEN_BITS and (image.mode, image.format) != ("I", "PPM"):
        return None
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        return 16, False
    # Of a TIFF file Pillow takes the numbers as they are: 12 bits without scaling, and where 0 is white, as if it were black.
    return image.tag_v2[TIFF_BITS][0], image.tag_v2.get(TIFF_PHOTOMETRIC, TIFF_WHITE_IS_ZERO) == TIFF_WHITE_IS_ZERO


def _eight_bits(image: Image.Image, white: tuple[int, bool] | None, path: object, remarks: list[str]) -> Image.Image:
    if white is not None:
        bits, zero_is_white = white
        numbers = np.asarray(image).astype(np.uint16)
        if zero_is_white:
            numbers = (1 << bits) - 1 - numbers
        remarks.append(f"of its {bits} bits a pixel the upper 8")
        grey = Image.fromarray((numbers >> (bits - 8)).astype(np.uint8))
        if "transparency" not in image.info:
            return grey
        alpha = np.where(numbers == image.info["transparency"], 0, 255).astype(np.uint8)
        return Image.merge("LA", (grey, Image.fromarray(alpha)))
    if image.mode in ("I", "F"):
        raise ImagesError(
            f"the picture {path} has pixels of 32 bits and does not say which number is white: save it with 8 or 16 bits "
            "a channel"
        )
    return image


def _on_white(image: Image.Image, remarks: list[str]) -> Image.Image:
    if not image.has_transparency_data:
        return image
    with_alpha = image.convert("RGBA")
    if with_alpha.getchannel("A").getextrema() == (255, 255):
        return image
    remarks.append("its transparent parts on white")
    return Image.alpha_composite(Image.new("RGBA", image.size, WHITE), with_alpha).convert("RGB")
