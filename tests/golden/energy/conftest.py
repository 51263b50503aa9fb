"""A random network with everything an estimate needs."""

from dataclasses import dataclass

import numpy as np
import pytest

from firstspike.golden.counting import counts, operations
from firstspike.golden.cycle_model import predict
from firstspike.golden.energy.estimate import sum_by_layer
from firstspike.golden.evaluators import fast
from firstspike.golden.network import Network
from firstspike.golden.random_networks import random_config, random_images, random_network
from firstspike.golden.schedule import Schedule
from firstspike.quant.mapper import mapper


@dataclass(frozen=True, eq=False)
class Counted:
    """One run of a random network, counted."""

    network: Network
    schedule: Schedule
    layer_counts: list
    layer_cycles: list
    statistics: list


@pytest.fixture(scope="session")
def make_counted():
    """Function of a seed and a batch: Counted."""

    def make(seed, batch=1):
        rng = np.random.default_rng(seed)
        network = random_network(rng)
        schedule = mapper.schedule(network, random_config(rng, network), batch)
        images = random_images(rng, network, batch)
        evaluation = fast.run(network, images)
        counted = counts.count(network, schedule, images, evaluation)
        cycles = sum_by_layer(network, schedule, [predict(network, schedule, images, evaluation)[0].runs])
        return Counted(
            network,
            schedule,
            sum_by_layer(network, schedule, [counted]),
            [counts["cycles"] for counts in cycles],
            operations.statistics(network, images, evaluation),
        )

    return make
