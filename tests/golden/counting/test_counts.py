import numpy as np
import pytest

from firstspike.golden.counting import counts
from firstspike.golden.counting.counters import OPERATIONS
from firstspike.golden.evaluators import reference
from firstspike.golden.random_networks import random_config, random_images, random_network
from firstspike.golden.streams import network_stream as stream
from firstspike.quant.mapper import mapper
from tests.stream_walker import walk


@pytest.mark.parametrize("seed", range(200, 230))
def test_counts_equal_those_of_a_literal_walk(seed, monkeypatch):
    rng = np.random.default_rng(seed)
    network, batch = random_network(rng), int(rng.integers(1, 4))
    config = random_config(rng, network)
    if seed % 2:
        monkeypatch.setattr(mapper, "_fastest", lambda choices, traffic: choices[int(rng.integers(len(choices)))])
    schedule = mapper.schedule(network, config, batch)
    images = random_images(rng, network, batch)
    walker = walk(network, schedule, stream.encode(network, schedule), images)
    counted = counts.count(network, schedule, images, reference.run(network, images))
    assert counted == walker.counts
    assert all(list(run) == [counter.name for counter in OPERATIONS] for run in counted)


def test_a_batch_of_another_size_is_refused():
    rng = np.random.default_rng(230)
    network = random_network(rng)
    config = random_config(rng, network)
    schedule = mapper.schedule(network, config, batch=2)
    images = random_images(rng, network, 3)
    evaluation = reference.run(network, images)
    with pytest.raises(ValueError, match="batch of 2 images, got 3 images"):
        counts.count(network, schedule, images, evaluation)
    with pytest.raises(ValueError, match="batch of 2 images, got 3 evaluated images"):
        counts.count(network, schedule, images[:2], evaluation)
