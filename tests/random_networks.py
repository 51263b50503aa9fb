"""Random small networks and configurations with every feature of the formats."""

from dataclasses import replace

import numpy as np

from firstspike.golden.config import PIXELS_PER_WORD, HardwareConfig
from firstspike.golden.geometry import MAX_2X2, Window
from firstspike.golden.network import DIRECT, TTFS, Layer, Network


def random_network(rng, most_layers=4):
    """Network of 1..most_layers convolutions and an output layer, with about a third of its neurons firing."""
    channels, height, width = int(rng.integers(1, 6)), int(rng.integers(4, 12)), int(rng.integers(4, 12))
    input_shape = channels, height, width
    layers = []
    for index in range(int(rng.integers(1, most_layers + 1))):
        kernel = int(rng.integers(1, min(4, height, width) + 1)), int(rng.integers(1, min(3, height, width) + 1))
        layer = _layer(
            rng,
            f"conv{index + 1}",
            int(rng.integers(1, 25)),
            channels,
            kernel,
            padding=(int(rng.integers(0, 2)), int(rng.integers(0, 2))),
            stride=int(rng.integers(1, 3)),
        )
        if min(layer.conv_map((height, width))) >= 2 and rng.integers(2):
            layer = replace(layer, pool=MAX_2X2)
        layers.append(layer)
        channels, (height, width) = layer.out_channels, layer.out_map((height, width))
    layers.append(_layer(rng, "fc", int(rng.integers(2, 11)), channels, (height, width), fires=False))
    return Network("random", tuple(layers), input_shape, input_coding=(DIRECT, TTFS)[int(rng.integers(4) == 0)])


def random_images(rng, network, count):
    """uint8 (count, C, H, W), some of them dark so that positions without events occur."""
    images = rng.integers(0, 256, (count, *network.input_shape), dtype=np.uint8)
    images[rng.random(images.shape) < 0.3] = 0
    return images


def random_config(rng, network):
    """Configuration with so few lanes, ring rows and partial sums that `network` needs groups, chunks and tiles."""
    word_neurons = int(rng.choice([1, 2, 4, 8]))
    encoders = int(rng.choice([e for e in (1, 2, 4) if word_neurons % e == 0]))
    clusters = int(rng.choice([1, 2, 4]))
    cluster_lanes = word_neurons * int(rng.integers(1, 4))
    one_word = max(
        layer.window.taps * min(max(word_neurons, PIXELS_PER_WORD), layer.in_channels) for layer in network.layers
    )
    return HardwareConfig(
        name="random",
        lanes=clusters * cluster_lanes,
        clusters=clusters,
        ring_rows=max(4, one_word + int(rng.integers(2 * one_word))),
        tile_positions=int(rng.integers(4, 10)),
        encoders=encoders,
        word_neurons=word_neurons,
        spike_words=int(rng.integers(3000, 5000)),
        image_words=512,
        network_bits=int(rng.choice([32, 64, 96, 256, 512])),
    )


def _layer(rng, name, out_channels, in_channels, kernel, padding=(0, 0), stride=1, fires=True):
    weights = rng.integers(0, 32, (out_channels, in_channels, *kernel), dtype=np.uint8)
    biases = rng.integers(-1 << 20, 1 << 20, out_channels, dtype=np.int64)
    offsets = rng.integers(-8, 9, out_channels, dtype=np.int64)
    return Layer.of(name, weights, biases, offsets, Window(kernel, stride, padding), fires=fires)
