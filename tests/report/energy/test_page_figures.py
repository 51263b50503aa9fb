"""Figures of networks of all kinds: none without room for its axes, none that fails where nothing happens."""

import warnings
from dataclasses import replace

import numpy as np
import pytest

from firstspike.golden.config import PRESETS
from firstspike.golden.energy import tables
from firstspike.golden.geometry import Window
from firstspike.golden.random_networks import network_of, random_images
from firstspike.quant.mapper import mapper
from firstspike.report.energy import energy_document as document
from firstspike.report.energy import page
from firstspike.report.energy.material import Material

WHOLE = Window((1, 1))
NARROW = [(8, Window((3, 3)), None), *[(2, WHOLE, None)] * 12, (2, Window((2, 2)), None)]
"""A first layer, and behind it deep ones of two channels: few uJ, far below the published value of CIFAR-10."""
OUTPUT_ONLY = [(8, Window((4, 4)), None)]


@pytest.fixture(autouse=True)
def warnings_are_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def material(geometry, source="CIFAR-10 test batch", table="cacti_28nm", black=False, long=""):
    rng = np.random.default_rng(1)
    network = network_of(rng, (3, 4, 4), geometry)
    network = replace(network, layers=tuple(replace(layer, name=layer.name + long) for layer in network.layers))
    pixels = random_images(rng, network, 4) * (not black)
    names = tuple(map(str, range(network.layers[-1].out_channels)))
    schedule = mapper.schedule(network, PRESETS["tiny"], 1)
    settings = tables.load(table), "hbm2", 500_000_000
    return Material(network, schedule, pixels.astype(np.uint8), np.zeros(4, np.int64), names, source, *settings)


@pytest.mark.parametrize(
    "options",
    [
        {"geometry": NARROW},
        {"geometry": NARROW, "long": "_with_a_name_as_long_as_a_line" * 8},
        {"geometry": OUTPUT_ONLY},
        {"geometry": NARROW, "table": "snn_convention", "black": True},
        {"geometry": OUTPUT_ONLY, "black": True},
    ],
    ids=["narrow deep layers", "long names", "no layer fires", "nothing happens", "nothing at all"],
)
def test_figures_have_room_for_their_axes(options):
    found = material(**options)
    html = page.render(document.document(found), found)
    assert ("<h2>Spikes</h2>" in html) is (len(found.network.layers) > 1)
