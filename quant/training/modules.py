"""The untrained networks that `firstspike train` knows."""

from torch import nn


def digits():
    """A small CNN for the handwritten digits, 8x8 pixels."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1),
        nn.Hardtanh(0, 1),
        nn.Conv2d(16, 32, 3, padding=1),
        nn.MaxPool2d(2),
        nn.Hardtanh(0, 1),
        nn.Conv2d(32, 32, 3, padding=1),
        nn.MaxPool2d(2),
        nn.Hardtanh(0, 1),
        nn.Flatten(),
        nn.Linear(128, 10),
    )


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
