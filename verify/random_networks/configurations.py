"""The processors of the campaign: the presets, and small random ones, so that one build serves many networks."""

import numpy as np

from firstspike.golden.config import PRESETS, HardwareConfig
from firstspike.golden.random_networks import random_configuration

COUNT = 16


def pool(count: int) -> tuple[HardwareConfig, ...]:
    """The first `count` of an endless fixed row of configurations, which begins with the presets."""
    made = (random_configuration(np.random.default_rng(seed), f"random{seed}") for seed in range(1, count))
    return (*PRESETS.values(), *made)[:count]
