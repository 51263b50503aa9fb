"""One random test of a processor: a network, images, and how its streams are stalled.

Every property is a choice of an integer between two bounds, the lower one being the simpler. The choices come from a
seeded generator (`from_seed`) or from hypothesis, which searches for the simplest case that still fails (shrink.py).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from firstspike.golden import random_networks
from firstspike.golden.config import HardwareConfig
from firstspike.golden.evaluators.exactness import require_exact
from firstspike.golden.network import DIRECT, TTFS, NetworkError
from firstspike.golden.network_file import NetworkFile
from firstspike.golden.random_networks import Choose
from firstspike.golden.streams import network_stream as stream
from firstspike.quant.mapper import mapper

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
    images : uint8 array (N, channels, height, width)
        Whole batches.
    stall : float
        Share of cycles in which each stream pauses, at random.
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


def from_seed(seed: int, config: HardwareConfig) -> Case:
    """The case of this seed; it means another case for another processor."""
    rng = np.random.default_rng(seed)
    while True:
        try:
            return draw(random_networks.chooser(rng), config)
        except RejectedError:
            continue


def from_choices(choices: Sequence[int], config: HardwareConfig) -> Case:
    """The case of these choices (`Case.choices`).

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


def draw(choose: Choose, config: HardwareConfig) -> Case:
    """A case of what `choose` chooses; RejectedError if that makes none."""
    choices = []

    def chosen(lowest, highest):
        if lowest == highest:
            return lowest
        choices.append(choose(lowest, highest))
        return choices[-1]

    batch = chosen(1, MOST_BATCH)
    images = batch * chosen(1, MOST_RUNS)
    stall, stall_seed = STALLS[chosen(0, len(STALLS) - 1)], chosen(1, 1 << 16)
    input_shape, geometry = random_networks.choose_geometry(chosen, random_networks.LARGE)
    coding = (DIRECT, TTFS)[chosen(0, 3) == 3]
    rng = np.random.default_rng(chosen(0, (1 << SEED_BITS) - 1))
    dark = chosen(0, 3) / 4
    try:
        numbers = {name: getattr(config, name) for name in ("time_steps", "fraction_bits", "acc_bits")}
        network = random_networks.network_of(rng, input_shape, geometry, coding, **numbers)
        require_exact(network)
        if _event_slots(network, config) * images > MOST_EVENT_SLOTS:
            raise RejectedError("too many events")
        schedule = mapper.schedule(network, config, batch)
    except (NetworkError, mapper.MappingError) as error:
        raise RejectedError(str(error)) from None
    pixels = random_networks.random_images(rng, network, images, dark)
    return Case(
        NetworkFile(network, schedule, stream.encode(network, schedule)), pixels, stall, stall_seed, tuple(choices)
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
