#!/usr/bin/env python3
"""A picture (PGM or PPM, 8 bits) to an image stream; needs Python and its standard library only.

usage: picture_to_stream.py bench/network.json PICTURE... -o NAME

Writes NAME.bin (for a DMA engine) and NAME.hex (for $readmemh), the pictures one after the other. Each must have the size
that network.json asks for, and be grey for one channel or in colour for three. Values are scaled from the file's largest
value to 255; with --digits a grey level 0..16 becomes min(16 * level, 255), as in the data set of the handwritten digits.
"""

import argparse
import json
import re
import sys
from pathlib import Path

HEADER = re.compile(rb"(P[2356])(?:\s|#[^\n]*\n)+(\d+)(?:\s|#[^\n]*\n)+(\d+)(?:\s|#[^\n]*\n)+(\d+)\s")


def read(path):
    """(width, height, channels, largest value, values) of a PGM or PPM file, row by row, channels of a pixel together."""
    content = path.read_bytes()
    match = HEADER.match(content)
    if match is None:
        raise ValueError(f"{path}: expected a PGM or PPM file (P2, P3, P5, P6)")
    kind, width, height, largest = match[1], int(match[2]), int(match[3]), int(match[4])
    channels = 3 if kind in (b"P3", b"P6") else 1
    if not 0 < largest < 256:
        raise ValueError(f"{path}: expected values of 8 bits, the largest is {largest}")
    rest = content[match.end() :]
    values = [int(word) for word in rest.split()] if kind in (b"P2", b"P3") else list(rest)
    if len(values) < width * height * channels or max(values) > largest:
        raise ValueError(f"{path}: expected {width * height * channels} values up to {largest}, found {len(values)}")
    return width, height, channels, largest, values[: width * height * channels]


def stream(path, shape, digits):
    """Bytes of one image: position by position, channels padded to whole words of four."""
    width, height, channels, largest, values = read(path)
    if (channels, height, width) != shape:
        raise ValueError(
            f"{path}: expected {shape[0]} channels, {shape[1]} rows, {shape[2]} columns, found {channels}, {height}, {width}"
        )
    if digits:
        if max(values) > 16:
            raise ValueError(f"{path}: expected grey levels 0..16, found {max(values)}")
        pixels = [min(16 * value, 255) for value in values]
    else:
        pixels = [(value * 255 + largest // 2) // largest for value in values]
    padding = bytes(-channels % 4)
    return b"".join(bytes(pixels[n : n + channels]) + padding for n in range(0, len(pixels), channels))


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("network", type=Path, help="network.json of the bench: says the size of the images")
    parser.add_argument("pictures", type=Path, nargs="+", help="PGM or PPM files (P2, P3, P5, P6), in this order")
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="NAME", help="NAME.bin and NAME.hex are written"
    )
    parser.add_argument("--digits", action="store_true", help="grey levels 0..16")
    arguments = parser.parse_args()
    try:
        image = json.loads(arguments.network.read_text())["image_stream"]
        shape = image["channels"], image["height"], image["width"]
        words = b"".join(stream(path, shape, arguments.digits) for path in arguments.pictures)
        Path(f"{arguments.output}.bin").write_bytes(words)
        lines = [words[n : n + 4][::-1].hex() for n in range(0, len(words), 4)]
        Path(f"{arguments.output}.hex").write_text("\n".join(lines) + "\n")
    except (OSError, ValueError, KeyError) as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
