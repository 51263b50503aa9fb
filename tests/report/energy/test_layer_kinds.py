"""Layers are named by what they are where their own names say nothing."""

import numpy as np
import pytest

from firstspike.golden.geometry import MAX_2X2, Window
from firstspike.golden.random_networks import network_of
from firstspike.report.energy import layer_kinds


@pytest.fixture(scope="module")
def network():
    geometry = [
        (4, Window((3, 3), 1, (1, 1)), None),
        (6, Window((3, 3), 2, (1, 1)), MAX_2X2),
        (5, Window((2, 2)), None),
        (3, Window((1, 1)), None),
    ]
    return network_of(np.random.default_rng(0), (1, 8, 8), geometry)


def test_kind_and_output_are_those_of_the_geometry(network):
    found = [(layer_kinds.kind(network, index), layer_kinds.output(network, index)) for index in range(4)]
    assert found == [
        ("conv 3x3", "4 x 8 x 8"),
        ("conv 3x3, stride 2, pool 2x2", "6 x 2 x 2"),
        ("fully connected", "5"),
        ("fully connected", "3"),
    ]


@pytest.mark.parametrize(
    "name, label",
    [("12", "12: conv 3x3, 4 x 8 x 8"), ("0.1", "0.1: conv 3x3, 4 x 8 x 8"), ("features.0", "features.0")],
)
def test_only_a_name_without_letters_is_explained(name, label):
    assert layer_kinds.label({"layer": name, "kind": "conv 3x3", "output": "4 x 8 x 8"}) == label
