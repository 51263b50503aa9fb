"""The untrained networks that `firstspike train` knows."""

from torch import nn


def digits(input_shape=(1, 8, 8), classes=10):
    """A small CNN for the handwritten digits, 8x8 pixels."""
    channels, height, width = input_shape
    return nn.Sequential(
        nn.Conv2d(channels, 16, 3, padding=1),
        nn.Hardtanh(0, 1),
        nn.Conv2d(16, 32, 3, padding=1),
        nn.MaxPool2d(2),
        nn.Hardtanh(0, 1),
        nn.Conv2d(32, 32, 3, padding=1),
        nn.MaxPool2d(2),
        nn.Hardtanh(0, 1),
        nn.Flatten(),
        nn.Linear(32 * (height // 4) * (width // 4), classes),
    )


SMALL_CHANNELS = (16, 32, 64)
"""Of the convolutions of `small` in order; further ones have as many as the last."""
SMALL_MAP = 4
"""Height or width up to which maps are not halved any more."""


def small(input_shape, classes):
    """A small CNN for images of any size: convolutions of 3x3 that halve the map until it is about 4x4.

    A side that is even is halved by a pool, an odd one by the stride of the convolution.
    """
    channels, height, width = input_shape
    layers = []
    while not layers or max(height, width) > SMALL_MAP:
        out_channels = SMALL_CHANNELS[min(len(layers) // 3, len(SMALL_CHANNELS) - 1)]
        pooled = height % 2 == 0 and width % 2 == 0
        layers += [
            nn.Conv2d(channels, out_channels, 3, padding=1, stride=1 if pooled else 2),
            nn.Hardtanh(0, 1),
            nn.MaxPool2d(2) if pooled else nn.Identity(),
        ]
        channels, height, width = out_channels, (height + 1) // 2, (width + 1) // 2
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(channels * height * width, classes))


VGG16_CHANNELS = (64, 64, "pool", 128, 128, "pool", 256, 256, 256, "pool", 512, 512, 512, "pool", 512, 512, 512, "pool")


def vgg16(channels=VGG16_CHANNELS, hidden=512, input_shape=(3, 32, 32), classes=10):
    """VGG-16 for CIFAR-10: 13 convolutions of 3x3, five pools, three fully connected layers."""
    in_channels, height, width = input_shape
    layers = []
    for out_channels in channels:
        if out_channels == "pool":
            layers.insert(-1, nn.MaxPool2d(2))
            height, width = height // 2, width // 2
        else:
            layers += [nn.Conv2d(in_channels, out_channels, 3, padding=1), nn.Hardtanh(0, 1)]
            in_channels = out_channels
    return nn.Sequential(
        *layers,
        nn.Flatten(),
        nn.Linear(in_channels * height * width, hidden),
        nn.Hardtanh(0, 1),
        nn.Linear(hidden, hidden),
        nn.Hardtanh(0, 1),
        nn.Linear(hidden, classes),
    )
