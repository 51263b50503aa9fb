"""A small network, priced."""

import numpy as np
import pytest

from firstspike.golden.config import PRESETS
from firstspike.golden.energy import tables
from firstspike.golden.random_networks import random_images, random_network
from firstspike.quant.mapper import mapper
from firstspike.report.energy import energy_document as document
from firstspike.report.energy.material import Material


@pytest.fixture(scope="session")
def make_material():
    """Function of keyword arguments of `Material`: that of a random network on the preset tiny."""

    def make(seed=5, batch=1, count=4, **options):
        rng = np.random.default_rng(seed)
        network = random_network(rng)
        schedule = mapper.schedule(network, PRESETS["tiny"], batch)
        pixels = random_images(rng, network, count)
        names = tuple(f"class {index}" for index in range(network.layers[-1].out_channels))
        labels = rng.integers(0, len(names), count)
        settings = tables.load("cacti_28nm"), "hbm2", 500_000_000
        return Material(network, schedule, pixels, labels, names, "random images", *settings, **options)

    return make


@pytest.fixture(scope="session")
def small_material(make_material):
    return make_material()


@pytest.fixture(scope="session")
def small_document(small_material):
    return document.document(small_material)
