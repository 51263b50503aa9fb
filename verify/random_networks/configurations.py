"""The processors of the campaign: the presets, and small random ones, so that one build serves many networks."""

import numpy as np

from firstspike.golden.config import NO_PROTECTION, PARITY, PRESETS, SECDED, HardwareConfig
from firstspike.golden.energy.memories import PROTECTED

COUNT = 16

NEURONS = 16384
"""Neurons that the spike buffer of a random configuration holds about."""

PROTECTIONS = (NO_PROTECTION, NO_PROTECTION, NO_PROTECTION, PARITY, SECDED)
"""Most memories without, because check bits make a simulator slower to build."""


def pool(count):
    """The first `count` of an endless fixed row of configurations, which begins with the presets."""
    return (*PRESETS.values(), *map(random_configuration, range(1, count)))[:count]


def random_configuration(seed):
    """HardwareConfig with so few lanes, ring rows and partial sums that networks need groups, chunks and tiles."""
    rng = np.random.default_rng(seed)
    word_neurons = int(rng.choice([1, 2, 4, 8]))
    clusters = int(rng.choice([1, 2, 4]))
    fraction_bits = int(rng.integers(18, 22))
    return HardwareConfig(
        name=f"random{seed}",
        lanes=clusters * word_neurons * int(rng.integers(1, 4)),
        clusters=clusters,
        time_steps=int(rng.integers(12, 32)),
        fraction_bits=fraction_bits,
        acc_bits=int(rng.integers(fraction_bits + 8, 33)),
        ring_rows=int(rng.integers(64, 1024)),
        tile_positions=int(rng.integers(4, 20)),
        drain_positions=int(rng.integers(2, 7)),
        encoders=int(rng.choice([e for e in (1, 2, 4) if word_neurons % e == 0])),
        word_neurons=word_neurons,
        spike_words=NEURONS // word_neurons - int(rng.integers(0, 1024)),
        image_words=1024,
        network_bits=int(rng.choice([32, 64, 96, 256])),
        watchdog_cycles=1 << 16,
        **{option: str(rng.choice(PROTECTIONS)) for option in PROTECTED},
    )
