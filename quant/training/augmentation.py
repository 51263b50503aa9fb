"""Random variants of images."""

import torch
from torch.nn import functional

MOST = {"none": 0, "shift": 1, "crop_flip": 4}


def augment(pixels, kind, generator):
    """Shifted (and for "crop_flip" half of them mirrored) copies of uint8 images (N, channels, height, width).

    `generator` is on the CPU, so that every device draws the same numbers.
    """
    most = MOST[kind]
    if most == 0:
        return pixels
    count, _, height, width = pixels.shape
    down, right = torch.randint(0, 2 * most + 1, (2, count), generator=generator).to(pixels.device)
    windows = functional.pad(pixels, [most] * 4).unfold(2, height, 1).unfold(3, width, 1)
    shifted = windows[torch.arange(count, device=pixels.device), :, down, right]
    if kind != "crop_flip":
        return shifted
    mirrored = torch.randint(0, 2, (count, 1, 1, 1), generator=generator).bool().to(pixels.device)
    return torch.where(mirrored, shifted.flip(3), shifted)
