"""Random networks, images and processors, for tests and campaigns: every feature of the formats in little time.

Every property of the geometry is a choice of an integer between two bounds, the lower one being the simpler: by a
random generator, or by hypothesis, which searches for the simplest network that still fails.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from firstspike.golden import formats
from firstspike.golden.config import NO_PROTECTION, PARITY, SECDED, HardwareConfig
from firstspike.golden.energy.memories import PROTECTED
from firstspike.golden.geometry import MAX_2X2, Pool, Window
from firstspike.golden.network import DIRECT, TTFS, Layer, Network

Choose = Callable[[int, int], int]
"""(lowest, highest) -> one of them, or what lies between."""

Geometry = list[tuple[int, Window, Pool | None]]
"""Output channels, window and pool of every layer."""

WORD_NEURONS = (1, 2, 4, 8)
PROTECTIONS = (NO_PROTECTION, NO_PROTECTION, NO_PROTECTION, PARITY, SECDED)
"""Most memories without, because check bits make a simulator slower to build."""


@dataclass(frozen=True)
class Bounds:
    """Least and most of what a network has; kernels are as large as the padded map at most."""

    channels: tuple[int, int]
    sides: tuple[int, int]
    hidden_layers: tuple[int, int]
    hidden_channels: tuple[int, int]
    classes: tuple[int, int]
    kernel: int
    padding: int


LARGE = Bounds((1, 33), (1, 17), (0, 5), (1, 33), (1, 13), kernel=7, padding=3)
SMALL = Bounds((1, 5), (4, 11), (1, 4), (1, 24), (2, 10), kernel=4, padding=1)
"""For tests whose evaluation is slow."""


def choose_geometry(choose: Choose, bounds: Bounds) -> tuple[tuple[int, int, int], Geometry]:
    """(channels, height, width) of the image, and the layers; the last one has the map that remains as its kernel."""
    channels, *in_map = choose(*bounds.channels), choose(*bounds.sides), choose(*bounds.sides)
    input_shape, layers = (channels, *in_map), []
    for _ in range(choose(*bounds.hidden_layers)):
        padding = choose(0, bounds.padding), choose(0, bounds.padding)
        kernel = tuple(choose(1, min(bounds.kernel, size + 2 * pad)) for size, pad in zip(in_map, padding))
        window = Window(kernel, choose(1, 2), padding)
        out_map = window.out_map(in_map)
        pool = MAX_2X2 if min(MAX_2X2.out_map(out_map)) > 0 and choose(0, 1) else None
        layers.append((choose(*bounds.hidden_channels), window, pool))
        in_map = pool.out_map(out_map) if pool else out_map
    layers.append((choose(*bounds.classes), Window(tuple(in_map)), None))
    return input_shape, layers


def network_of(
    rng: np.random.Generator, input_shape: tuple[int, int, int], geometry: Geometry, coding: str = DIRECT, **numbers
) -> Network:
    """Network of this geometry; `numbers` are fields of `Network`. No product of a weight loses bits."""
    layers, channels = [], input_shape[0]
    fraction_bits = numbers.get("fraction_bits", Network.fraction_bits)
    for index, (out_channels, window, pool) in enumerate(geometry):
        fires = index < len(geometry) - 1
        layers.append(random_layer(rng, f"layer{index}", out_channels, channels, window, pool, fires, fraction_bits))
        channels = out_channels
    return _without_lost_bits(Network("random", tuple(layers), input_shape, input_coding=coding, **numbers))


def random_network(rng: np.random.Generator, most_layers: int = SMALL.hidden_layers[1]) -> Network:
    """Small network of 1 to `most_layers` convolutions and an output layer."""
    input_shape, geometry = choose_geometry(chooser(rng), replace(SMALL, hidden_layers=(1, most_layers)))
    return network_of(rng, input_shape, geometry, (DIRECT, TTFS)[int(rng.integers(4) == 0)])


def chooser(rng: np.random.Generator) -> Choose:
    """Chooses evenly."""
    return lambda lowest, highest: int(rng.integers(lowest, highest, endpoint=True))


def random_layer(
    rng: np.random.Generator,
    name: str,
    out_channels: int,
    in_channels: int,
    window: Window,
    pool: Pool | None = None,
    fires: bool = True,
    fraction_bits: int = Network.fraction_bits,
) -> Layer:
    """A layer of which about half of the neurons fire, at all times."""
    # Potentials grow with the root of the fan-in; the offsets bring them back to about 1/2.
    fan_in = in_channels * window.taps
    offset = round(-formats.TICKS_PER_OCTAVE * math.log2(1 + math.sqrt(fan_in) / 4))
    weights = rng.integers(0, 32, (out_channels, in_channels, *window.kernel), dtype=np.uint8)
    biases = rng.integers(-1 << fraction_bits - 2, 1 << fraction_bits - 2, out_channels, dtype=np.int64)
    offsets = np.clip(offset + rng.integers(-8, 9, out_channels), -127, 127)
    return Layer.of(name, weights, biases, offsets, window, pool, fires)


def _without_lost_bits(network: Network) -> Network:
    """The network with the weight codes limited to those whose products are exact at its number of fraction bits."""
    layers = []
    for index, layer in enumerate(network.layers):
        latest = network.in_code(index).event_times(network)[-1]
        most = max(
            m
            for m in range(formats.ZERO_MAGNITUDE)
            if formats.required_fraction_bits(m, latest) <= network.fraction_bits
        )
        magnitudes = layer.weights % (1 << formats.WEIGHT_SIGN_BIT)
        wrapped = np.where(magnitudes == formats.ZERO_MAGNITUDE, magnitudes, magnitudes % (most + 1))
        layers.append(layer.with_weights(layer.weights - magnitudes + wrapped))
    return replace(network, layers=tuple(layers))


def random_images(rng: np.random.Generator, network: Network, count: int, dark: float = 0.3) -> np.ndarray:
    """uint8 (count, C, H, W); a share `dark` of the pixels is 0, so that positions without events occur."""
    images = rng.integers(0, 256, (count, *network.input_shape), dtype=np.uint8)
    images[rng.random(images.shape) < dark] = 0
    return images


def random_configuration(rng: np.random.Generator, name: str, **fixed) -> HardwareConfig:
    """Processor with so few lanes, ring rows and partial sums that networks need groups, chunks and tiles.

    `fixed` are fields that are not drawn.
    """
    word_neurons = int(rng.choice(WORD_NEURONS))
    clusters = int(rng.choice([1, 2, 4]))
    fraction_bits = int(rng.integers(18, 22))
    drawn = {
        "lanes": clusters * word_neurons * int(rng.integers(1, 4)),
        "time_steps": int(rng.integers(12, 32)),
        "acc_bits": int(rng.integers(fraction_bits + 8, 33)),
        "ring_rows": int(rng.integers(64, 1024)),
        "tile_positions": int(rng.integers(4, 20)),
        "drain_positions": int(rng.integers(2, 7)),
        "encoders": int(rng.choice([e for e in (1, 2, 4) if word_neurons % e == 0])),
        # About 16,384 neurons.
        "spike_words": (1 << 14) // word_neurons - int(rng.integers(0, 1024)),
        "network_bits": int(rng.choice([32, 64, 96, 256, 512])),
        **{option: str(rng.choice(PROTECTIONS)) for option in PROTECTED},
    }
    small = {"clusters": clusters, "word_neurons": word_neurons, "fraction_bits": fraction_bits}
    return HardwareConfig(name=name, **small | drawn | {"image_words": 1024, "watchdog_cycles": 1 << 16} | fixed)


def random_config(rng: np.random.Generator, network: Network) -> HardwareConfig:
    """`random_configuration` without protections that holds one word of neurons of every layer of `network`."""
    one_word = max(layer.window.taps * min(max(WORD_NEURONS), layer.in_channels) for layer in network.layers)
    return random_configuration(
        rng,
        "random",
        ring_rows=max(4, one_word + int(rng.integers(2 * one_word))),
        time_steps=network.time_steps,
        fraction_bits=network.fraction_bits,
        acc_bits=network.acc_bits,
        **dict.fromkeys(PROTECTED, NO_PROTECTION),
    )
