"""Draws the sample pictures: `python -m firstspike.golden.datasets.samples.draw` writes them beside this file, the same each time."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

SIDE = 32
SCALE = 8
"""Pictures are drawn eight times too large and averaged, which smooths their edges."""

TEXTURE_SEED = 32


class Canvas:
    """A picture in units of final pixels, on a background that fades from `top` to `bottom`."""

    def __init__(self, top, bottom):
        fade = np.linspace(0, 1, SIDE * SCALE)[:, None, None]
        rows = np.array(top) * (1 - fade) + np.array(bottom) * fade
        self.image = Image.fromarray(np.broadcast_to(rows, (SIDE * SCALE, SIDE * SCALE, 3)).astype(np.uint8))
        self._draw = ImageDraw.Draw(self.image)

    def polygon(self, color, *points):
        self._draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=color)

    def box(self, color, left, top, right, bottom):
        self._draw.rectangle([v * SCALE for v in (left, top, right, bottom)], fill=color)

    def ellipse(self, color, x, y, radius_x, radius_y):
        self._draw.ellipse([v * SCALE for v in (x - radius_x, y - radius_y, x + radius_x, y + radius_y)], fill=color)

    def line(self, color, width, *points):
        self._draw.line([(x * SCALE, y * SCALE) for x, y in points], fill=color, width=int(width * SCALE))


def airplane(variant):
    sky, body = (
        (((70, 130, 200), (190, 215, 235)), (225, 225, 230))
        if variant == 0
        else (((150, 175, 200), (220, 225, 230)), (90, 95, 110))
    )
    canvas = Canvas(*sky)
    canvas.polygon(body, (2, 17), (5, 15), (26, 14), (30, 8), (31, 9), (29, 17), (8, 19))
    canvas.polygon((160, 160, 170), (13, 17), (20, 16), (15, 26), (12, 26))
    canvas.polygon((170, 170, 180), (15, 15), (20, 14.5), (18, 9), (16.5, 9))
    for window in range(8, 24, 2):
        canvas.box((60, 70, 100), window, 15.6, window + 0.8, 16.3)
    return canvas


def automobile(variant):
    canvas = Canvas((200, 205, 210), (125, 125, 128))
    canvas.box((95, 95, 98), 0, 23, 32, 32)
    paint = (185, 25, 30) if variant == 0 else (30, 60, 150)
    canvas.polygon(paint, (2, 24), (2, 18), (7, 16.5), (11, 11), (22, 11), (26, 16.5), (30, 18), (30, 24))
    canvas.polygon((60, 75, 90), (8.7, 16.5), (12, 12), (16, 12), (16, 16.5))
    canvas.polygon((60, 75, 90), (17, 16.5), (17, 12), (21.5, 12), (24.5, 16.5))
    for x in (8, 24):
        canvas.ellipse((20, 20, 22), x, 24, 3.6, 3.6)
        canvas.ellipse((170, 170, 175), x, 24, 1.7, 1.7)
    canvas.box((250, 240, 190), 28.5, 18.7, 30, 20.3)
    return canvas


def bird(variant):
    canvas = Canvas((120, 150, 95), (85, 120, 70))
    plumage, breast = ((120, 85, 60), (215, 120, 60)) if variant == 0 else ((70, 90, 130), (205, 205, 200))
    canvas.line((90, 65, 45), 2, (0, 27), (32, 25))
    canvas.polygon(plumage, (20, 19), (31, 27), (28, 28), (17, 23))
    canvas.ellipse(plumage, 15, 18, 8, 6.5)
    canvas.ellipse(breast, 12, 19.5, 5, 5)
    canvas.ellipse(plumage, 10, 10, 4.5, 4.3)
    canvas.polygon((220, 170, 60), (6, 9.5), (1.5, 11), (6, 11.5))
    canvas.ellipse((15, 15, 15), 8.8, 9.3, 0.9, 0.9)
    canvas.line((110, 80, 50), 0.8, (13, 24), (13, 26.5))
    canvas.line((110, 80, 50), 0.8, (16, 24), (16, 26.3))
    return canvas


def cat(variant):
    canvas = Canvas((205, 190, 170), (150, 125, 105))
    fur, stripe = ((110, 105, 100), (60, 56, 54)) if variant == 0 else ((205, 135, 70), (150, 85, 40))
    canvas.ellipse(fur, 16, 31, 11, 9)
    canvas.polygon(fur, (6, 14), (7, 2.5), (14, 8))
    canvas.polygon(fur, (26, 14), (25, 2.5), (18, 8))
    canvas.polygon((200, 150, 145), (8, 10), (8.2, 5), (11.5, 8))
    canvas.polygon((200, 150, 145), (24, 10), (23.8, 5), (20.5, 8))
    canvas.ellipse(fur, 16, 15, 10, 9)
    for x in (13, 16, 19):
        canvas.line(stripe, 1, (x, 6.5), (x, 10))
    for x in (11.5, 20.5):
        canvas.ellipse((170, 190, 80), x, 14, 2.1, 1.8)
        canvas.ellipse((10, 10, 10), x, 14, 0.7, 1.7)
    canvas.ellipse((235, 228, 220), 16, 19.5, 4.5, 3.2)
    canvas.polygon((190, 110, 110), (14.8, 17.5), (17.2, 17.5), (16, 19))
    for y in (19, 20.5):
        canvas.line((240, 240, 240), 0.3, (13, y), (4, y - 1))
        canvas.line((240, 240, 240), 0.3, (19, y), (28, y - 1))
    return canvas


def deer(variant):
    grass = ((110, 130, 80), (90, 110, 50)) if variant == 0 else ((190, 190, 150), (140, 125, 70))
    canvas = Canvas(*grass)
    fur = (140, 95, 55)
    canvas.ellipse(fur, 18, 18, 8, 4.8)
    for x in (12, 14.5, 22, 24.5):
        canvas.line(fur, 1.3, (x, 20), (x, 30))
    canvas.polygon(fur, (9, 18), (6, 10), (9.5, 8.5), (14, 15))
    canvas.ellipse(fur, 6.5, 9.5, 3.4, 2.3)
    canvas.polygon(fur, (8, 8), (11, 5.5), (10, 8.8))
    canvas.line((95, 65, 40), 0.8, (7.5, 7.5), (5, 1), (3, 2.5))
    canvas.line((95, 65, 40), 0.8, (8.2, 7.5), (11, 1), (13, 2.5))
    canvas.ellipse((15, 10, 8), 6, 8.9, 0.6, 0.6)
    canvas.ellipse((235, 225, 210), 25.5, 16.5, 1.4, 1.8)
    return canvas


def dog(variant):
    canvas = Canvas((150, 175, 140), (110, 135, 90))
    fur, ear = ((205, 165, 110), (140, 95, 55)) if variant == 0 else ((235, 230, 225), (70, 55, 50))
    canvas.ellipse(fur, 16, 31, 10, 9)
    canvas.ellipse(fur, 16, 14, 8.5, 9)
    canvas.ellipse(ear, 7.2, 14, 3, 7)
    canvas.ellipse(ear, 24.8, 14, 3, 7)
    canvas.ellipse((240, 225, 200), 16, 18.5, 4.6, 4.5)
    for x in (12.5, 19.5):
        canvas.ellipse((30, 20, 15), x, 12, 1.3, 1.4)
    canvas.ellipse((20, 18, 18), 16, 16.3, 2, 1.4)
    canvas.polygon((215, 100, 110), (14.7, 20.5), (17.3, 20.5), (16.8, 24.5), (15.2, 24.5))
    return canvas


def frog(variant):
    canvas = Canvas((120, 105, 75), (85, 75, 50)) if variant == 0 else Canvas((215, 210, 200), (170, 160, 150))
    skin, belly = (75, 140, 50), (175, 195, 110)
    canvas.ellipse(skin, 16, 20, 11, 8)
    canvas.ellipse(belly, 16, 23, 7, 5)
    canvas.ellipse(skin, 16, 13.5, 8.5, 5.5)
    for x, side in ((5.5, -1), (26.5, 1)):
        canvas.ellipse((60, 115, 40), x, 23, 4.3, 5)
        canvas.line((60, 115, 40), 1.4, (x, 27), (x + 3 * side, 29.5))
        canvas.line((60, 115, 40), 1.4, (x, 27), (x - 2 * side, 30))
    for x in (10.5, 21.5):
        canvas.ellipse(skin, x, 8.5, 3, 3)
        canvas.ellipse((220, 190, 60), x, 8.3, 2, 2)
        canvas.ellipse((10, 10, 10), x, 8.3, 1.2, 0.8)
    canvas.line((40, 80, 30), 0.6, (9.5, 15), (16, 17), (22.5, 15))
    return canvas


def horse(variant):
    canvas = Canvas((150, 185, 220), (95, 130, 60))
    canvas.box((90, 125, 55), 0, 22, 32, 32)
    coat, mane = ((125, 70, 35), (40, 25, 18)) if variant == 0 else ((55, 45, 42), (20, 18, 18))
    canvas.ellipse(coat, 18, 16, 8.5, 5)
    for x in (11, 14, 23, 25.5):
        canvas.polygon(coat, (x, 18), (x + 2, 18), (x + 1.6, 30), (x + 0.2, 30))
    canvas.polygon(coat, (10, 18), (6, 7), (10, 4.5), (16, 13))
    canvas.polygon(coat, (6, 6), (10, 4), (9.5, 8), (3.5, 13), (1.5, 11))
    canvas.polygon(coat, (8.5, 5), (9.2, 1.8), (10.5, 4.8))
    canvas.polygon(mane, (9.8, 3.5), (12, 4.5), (17.5, 12), (15, 12.5))
    canvas.polygon(mane, (26, 13), (29.5, 15), (29, 25), (27.2, 24), (26, 17))
    canvas.ellipse((10, 8, 8), 6.6, 7.4, 0.6, 0.6)
    return canvas


def ship(variant):
    canvas = Canvas((175, 205, 230), (205, 220, 230))
    canvas.box((45, 85, 125), 0, 22, 32, 32)
    for y in (24.5, 27, 29.5):
        canvas.line((80, 120, 155), 0.5, (1, y), (31, y + 0.4))
    hull = (150, 35, 35) if variant == 0 else (35, 45, 70)
    canvas.polygon(hull, (1, 17.5), (31, 16), (28, 24), (5, 24))
    canvas.box((235, 235, 235), 7, 13, 24, 17)
    canvas.box((215, 215, 220), 10, 9.5, 20, 13)
    canvas.box((190, 150, 40), 13, 4.5, 16, 9.5)
    for x in range(8, 23, 2):
        canvas.box((60, 70, 90), x, 14.3, x + 0.9, 15.3)
    canvas.line((70, 70, 75), 0.5, (22, 13), (22, 3))
    return canvas


def truck(variant):
    canvas = Canvas((185, 205, 225), (165, 165, 160))
    canvas.box((105, 105, 105), 0, 24, 32, 32)
    cab, cargo = ((205, 45, 35), (235, 235, 230)) if variant == 0 else ((240, 185, 40), (120, 130, 140))
    canvas.box(cargo, 11, 6, 31, 22.5)
    for x in range(14, 31, 4):
        canvas.line((180, 180, 180), 0.4, (x, 6), (x, 22.5))
    canvas.polygon(cab, (1, 23), (1, 15.5), (3.5, 9.5), (10.3, 9.5), (10.3, 23))
    canvas.polygon((70, 95, 115), (2.6, 15), (4.4, 11), (8.8, 11), (8.8, 15))
    canvas.box((50, 50, 52), 1, 22.5, 31, 24.3)
    for x in (6, 21, 27):
        canvas.ellipse((20, 20, 20), x, 25, 3, 3)
        canvas.ellipse((150, 150, 150), x, 25, 1.2, 1.2)
    return canvas


CLASSES = (airplane, automobile, bird, cat, deer, dog, frog, horse, ship, truck)
VARIANTS = 2


def pictures():
    """(file name, Image of 32 x 32 RGB) of every sample, variant by variant, with a fine texture as of a camera."""
    random = np.random.default_rng(TEXTURE_SEED)
    for variant in range(VARIANTS):
        for draw in CLASSES:
            smooth = draw(variant).image.reduce(SCALE)
            texture = random.normal(0, 4, (SIDE, SIDE, 1))
            pixels = np.clip(np.asarray(smooth) + texture, 0, 255).astype(np.uint8)
            yield f"{draw.__name__}_{variant}.png", Image.fromarray(pixels)


if __name__ == "__main__":
    for name, image in pictures():
        image.save(Path(__file__).with_name(name), optimize=True)
