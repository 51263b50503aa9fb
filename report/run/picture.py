"""What a picture of the user's became: the network's input, in the terminal and as a file."""

import io
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.text import Text

UPPER_HALF = "\u2580"
ENLARGED = 256
"""Pixels of the longer side of the file."""


def half_blocks(pixels: NDArray[np.uint8]) -> Text:
    """`pixels`, uint8 (channels, height, width), as rich text: a character shows two pixels, one above the other."""
    colours = _rgb(pixels)
    height, width, _ = colours.shape
    text = Text(no_wrap=True)
    for top in range(0, height, 2):
        for column in range(width):
            below = f" on {_style(colours[top + 1, column])}" if top + 1 < height else ""
            text.append(UPPER_HALF, style=_style(colours[top, column]) + below)
        text.append("\n")
    return text


def save(pixels: NDArray[np.uint8], path: str | os.PathLike[str]) -> None:
    """Write `pixels`, uint8 (channels, height, width), to the PNG file `path`, enlarged without smoothing."""
    path = Path(path)
    picture = Image.fromarray(_rgb(pixels))
    factor = max(1, ENLARGED // max(picture.size))
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(f"{path}.part")
    picture.resize((picture.width * factor, picture.height * factor), Image.Resampling.NEAREST).save(temporary, "PNG")
    os.replace(temporary, path)


def png(pixels: NDArray[np.uint8]) -> bytes:
    """`pixels`, uint8 (1 or 3, height, width), as a PNG file of their size."""
    file = io.BytesIO()
    Image.fromarray(_rgb(pixels)).save(file, "PNG")
    return file.getvalue()


def _rgb(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return (pixels.repeat(3, axis=0) if len(pixels) == 1 else pixels).transpose(1, 2, 0)


def _style(colour: NDArray[np.uint8]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*map(int, colour))
