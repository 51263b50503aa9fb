"""One random test of a processor: a network, images, and how its streams are stalled.

Every property is a choice of an integer between two bounds, the lower one being the simpler. The choices come from a
seeded generator (`from_seed`) or from hypothesis, which searches for the simplest case that still fails (shrink.py).
"""

import math
from dataclasses import dataclass

import numpy as np

from firstspike.golden import formats
from firstspike.golden.evaluators.exactness import require_exact
from firstspike.golden.geometry import MAX_2X2, Window
from firstspike.golden.network import DIRECT, TTFS, Layer, Network, NetworkError
from firstspike.golden.network_file import NetworkFile
from firstspike.golden.streams import network_stream as stream
from firstspike.quant.mapper import mapper

MOST_CHANNELS = 33
MOST_CLASSES = 13
LONGEST_SIDE = 17
MOST_HIDDEN_LAYERS = 5
LARGEST_KERNEL = 7
LARGEST_PADDING = 3
MOST_BATCH = 16
MOST_RUNS = 2
STALLS = (0.0, 0.0, 0.0, 0.1, 0.3, 0.8)
"""The cycle model knows no stalls, so half of the cases have none."""

MOST_EVENT_SLOTS = 400_000
"""Events of a case if every neuron fired; keeps a simulation below some seconds."""

SEED_BITS = 32


class RejectedError(ValueError):
    """Choices that make no case: a network that is not exact, does not fit the processor, or takes too long."""


@dataclass(frozen=True, eq=False, repr=False)
class Case:
    """A random test.

    Attributes
    ----------
    network_file : NetworkFile
    images : uint8 array (N, channels, height, width)
        Whole batches.
    stall : float
        Share of cycles in which each stream pauses, at random.
    stall_seed : int
    choices : tuple of int
        What was chosen, in order; a choice between equal bounds is none.
    """

    network_file: NetworkFile
    images: np.ndarray
    stall: float
    stall_seed: int
    choices: tuple

    @property
    def config(self):
        return self.network_file.schedule.config

    def __repr__(self):
        network, schedule = self.network_file.network, self.network_file.schedule
        channels, height, width = network.input_shape
        layers = [
            f"{layer.out_channels}x{layer.window.kernel[0]}x{layer.window.kernel[1]}"
            + (f" padding {layer.window.padding[0]},{layer.window.padding[1]}" if any(layer.window.padding) else "")
            + (f" stride {layer.window.stride}" if layer.window.stride > 1 else "")
            + (" pool" if layer.pool else "")
            for layer in network.layers
        ]
        return (
            f"{channels} channels of {height} x {width} ({network.input_coding}) -> {' -> '.join(layers)}; "
            f"configuration {self.config.name}, {len(self.images)} images in batches of {schedule.batch}, "
            f"stall {self.stall:g} (seed {self.stall_seed})"
        )


def from_seed(seed, config):
    """The case of this seed.

    Parameters
    ----------
    seed : int
    config : HardwareConfig
        The processor; the same seed means another case for another one.

    Returns
    -------
    Case
    """
    rng = np.random.default_rng(seed)
    while True:
        try:
            return draw(lambda lowest, highest: int(rng.integers(lowest, highest, endpoint=True)), config)
        except RejectedError:
            continue


def from_choices(choices, config):
    """The case of these choices.

    Parameters
    ----------
    choices : sequence of int
        As in `Case.choices`.
    config : HardwareConfig

    Returns
    -------
    Case

    Raises
    ------
    RejectedError
        They make no case.
    """
    rest = iter(choices)

    def choose(lowest, highest):
        choice = next(rest, None)
        if not isinstance(choice, int) or not lowest <= choice <= highest:
            raise RejectedError(f"expected a choice of {lowest} to {highest}, got {choice}")
        return choice

    return draw(choose, config)


def draw(choose, config):
    """A case of what `choose` chooses.

    Parameters
    ----------
    choose : function of (lowest, highest)
        Returns an int, lowest <= int <= highest.
    config : HardwareConfig

    Returns
    -------
    Case

    Raises
    ------
    RejectedError
    """
    choices = []

    def chosen(lowest, highest):
        if lowest == highest:
            return lowest
        choices.append(choose(lowest, highest))
        return choices[-1]

    batch = chosen(1, MOST_BATCH)
    images = batch * chosen(1, MOST_RUNS)
    stall, stall_seed = STALLS[chosen(0, len(STALLS) - 1)], chosen(1, 1 << 16)
    input_shape, geometry = _geometry(chosen)
    coding = (DIRECT, TTFS)[chosen(0, 3) == 3]
    rng = np.random.default_rng(chosen(0, (1 << SEED_BITS) - 1))
    dark = chosen(0, 3) / 4
    try:
        network = _network(rng, config, input_shape, geometry, coding)
        if _event_slots(network, config) * images > MOST_EVENT_SLOTS:
            raise RejectedError("too many events")
        schedule = mapper.schedule(network, config, batch)
    except (NetworkError, mapper.MappingError) as error:
        raise RejectedError(str(error)) from None
    pixels = rng.integers(0, 256, (images, *input_shape), dtype=np.uint8)
    pixels[rng.random(pixels.shape) < dark] = 0
    return Case(
        NetworkFile(network, schedule, stream.encode(network, schedule)), pixels, stall, stall_seed, tuple(choices)
    )


def _geometry(choose):
    """(channels, height, width) of the image, and (out_channels, window, pool) of every layer."""
    channels, *in_map = choose(1, MOST_CHANNELS), choose(1, LONGEST_SIDE), choose(1, LONGEST_SIDE)
    input_shape, layers = (channels, *in_map), []
    for _ in range(choose(0, MOST_HIDDEN_LAYERS)):
        padding = choose(0, LARGEST_PADDING), choose(0, LARGEST_PADDING)
        kernel = tuple(choose(1, min(LARGEST_KERNEL, size + 2 * pad)) for size, pad in zip(in_map, padding))
        stride = choose(1, 2)
        window = Window(kernel, stride, padding)
        out_map = window.out_map(in_map)
        pool = MAX_2X2 if min(MAX_2X2.out_map(out_map)) > 0 and choose(0, 1) else None
        layers.append((choose(1, MOST_CHANNELS), window, pool))
        in_map = pool.out_map(out_map) if pool else out_map
    layers.append((choose(1, MOST_CLASSES), Window(tuple(in_map)), None))
    return input_shape, layers


def _network(rng, config, input_shape, geometry, coding):
    layers, channels = [], input_shape[0]
    for index, (out_channels, window, pool) in enumerate(geometry):
        layers.append(
            _layer(
                rng,
                f"layer{index}",
                (out_channels, channels, *window.kernel),
                window,
                pool,
                fires=index < len(geometry) - 1,
                fraction_bits=config.fraction_bits,
            )
        )
        channels = out_channels
    network = Network(
        "random", tuple(layers), input_shape, config.time_steps, config.fraction_bits, config.acc_bits, coding
    )
    network = _without_lost_bits(network)
    require_exact(network)
    return network


def _layer(rng, name, shape, window, pool, fires, fraction_bits):
    """A layer of which about half of the neurons fire, at all times."""
    out_channels, fan_in = shape[0], math.prod(shape[1:])
    # Potentials grow with the root of the fan-in; the offsets bring them back to about 1/2.
    offset = round(-formats.TICKS_PER_OCTAVE * math.log2(1 + math.sqrt(fan_in) / 4))
    biases = rng.integers(-1 << fraction_bits - 2, 1 << fraction_bits - 2, out_channels, dtype=np.int64)
    offsets = np.clip(offset + rng.integers(-8, 9, out_channels), -127, 127)
    return Layer.of(name, rng.integers(0, 32, shape, dtype=np.uint8), biases, offsets, window, pool, fires)


def _without_lost_bits(network):
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
        layers.append(
            Layer.of(
                layer.name,
                layer.weights - magnitudes + wrapped,
                layer.biases,
                layer.offsets,
                layer.window,
                layer.pool,
                layer.fires,
            )
        )
    return Network(
        network.name,
        tuple(layers),
        network.input_shape,
        network.time_steps,
        network.fraction_bits,
        network.acc_bits,
        network.input_coding,
    )


def _event_slots(network, config):
    """Events of one image if every neuron fired and every pixel had three digits."""
    slots = 0
    for layer, (channels, *in_map) in zip(network.layers, network.maps()):
        positions = math.prod(layer.conv_map(in_map)) * layer.window.taps
        slots += (
            positions * channels * -(-layer.out_channels // config.lanes) * (3 if layer is network.layers[0] else 1)
        )
    return slots
