from dataclasses import asdict

import numpy as np
import pytest

from firstspike.golden.codes import ttfs
from firstspike.golden.config import PRESETS
from firstspike.golden.energy.counted import count
from firstspike.golden.evaluators import fast
from firstspike.golden.evaluators.at_density import at_density, random_pixels
from firstspike.golden.evaluators.evaluation import Evaluation
from firstspike.quant.mapper import mapper
from tests.small_networks import small_network


@pytest.fixture(scope="module")
def network():
    return small_network()


def test_densities_from_silence_to_every_neuron(network):
    silent, full = (at_density(network, density, 2) for density in (0, 1))
    assert isinstance(full, Evaluation) and len(full.spikes) == len(network.layers) - 1
    assert all((spikes == ttfs.SILENT).all() for spikes in silent.spikes)
    assert all((spikes == 0).all() and spikes.shape[0] == 2 for spikes in full.spikes)


def test_the_share_of_firing_neurons_is_the_one_that_was_asked_for(network):
    (spikes,) = at_density(network, 0.3, 20).spikes
    assert abs(float((spikes != ttfs.SILENT).mean()) - 0.3) < 0.02


def test_neither_cycles_nor_counts_depend_on_when_a_neuron_fires(network):
    pixels = random_pixels(network, 2)
    real = fast.run(network, pixels)
    at_once = Evaluation(
        [np.where(one == ttfs.SILENT, ttfs.SILENT, 0).astype(np.uint8) for one in real.spikes], real.potentials
    )
    assert any((one != other).any() for one, other in zip(real.spikes, at_once.spikes))
    schedule = mapper.schedule(network, PRESETS["small"])
    one, other = (count(network, schedule, pixels, evaluation) for evaluation in (real, at_once))
    assert one.layer_counts == other.layer_counts and one.layer_cycles == other.layer_cycles
    assert [asdict(run) for run in one.predictions] == [asdict(run) for run in other.predictions]
