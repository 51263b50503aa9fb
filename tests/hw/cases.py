"""Random networks on small configurations, with what the golden model says about them."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from golden import counts, reference
from golden.evaluation import Evaluation
from golden.network import Network
from golden.schedule import Schedule
from quant.mapper import MappingError, schedule
from quant.stream import encode
from tests.hw.processor_bench import Session, image_beats, network_beats
from tests.random_networks import random_config, random_images, random_network


@dataclass
class Case:
    """A batch of images for a network, and what the golden model says about it."""

    network: Network
    schedule: Schedule
    images: np.ndarray
    evaluation: Evaluation

    @property
    def stream(self):
        """The network stream, as bytes."""
        return encode(self.network, self.schedule)

    def session(self, **options):
        """Both streams, for a `ProcessorBench`."""
        return Session(network_beats(self.stream, self.schedule.config), image_beats(self.images), **options)

    @property
    def counts(self):
        """Operation counts per layer run."""
        return counts.count(self.network, self.schedule, self.images, self.evaluation)

    def potentials(self, outcome):
        """Potentials of an outcome, in the shape of the golden ones."""
        return outcome.potentials(*self.evaluation.potentials.shape)


def make_case(network, config, batch, rng):
    images = random_images(rng, network, batch)
    return Case(network, schedule(network, config, batch), images, reference.run(network, images))


@cache
def random_case(seed, config=None, most_events=3000):
    """Random network that fits, on `config` or on a random configuration."""
    rng = np.random.default_rng(seed)
    while True:
        network = random_network(rng)
        chosen = config or random_config(rng, network)
        if chosen.lanes > 24:
            continue
        try:
            case = make_case(network, chosen, int(rng.integers(1, 4)), rng)
        except MappingError:
            continue
        if 200 < sum(count["events"] for count in case.counts) < most_events:
            return case


def small_case(seed, config):
    """One image of a small random network with one or two convolutions, for `config`."""
    rng = np.random.default_rng(seed)
    while True:
        network = random_network(rng, most_layers=2)
        if np.prod(network.input_shape) > 100:
            continue
        try:
            case = make_case(network, config, 1, rng)
        except MappingError:
            continue
        if 100 < sum(count["events"] for count in case.counts) < 400:
            return case
