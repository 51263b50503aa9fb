"""Fixtures: a processor with memories that flip bits and a protection of each kind; one build serves every test."""

import pytest

from golden.config import PARITY, PRESETS, SECDED
from golden.network_file import NetworkFile
from quant import mapper, stream
from sim.faults import inject


@pytest.fixture(scope="session")
def mixed_config():
    """`tiny` with every protection, and weights and parameters without one."""
    return PRESETS["tiny"].model_copy(update={
        "spike_protection": PARITY, "potential_protection": SECDED, "image_protection": SECDED})


@pytest.fixture(scope="session")
def faulty(mixed_config):
    return inject.simulator(mixed_config)


@pytest.fixture(scope="session")
def make_mixed_file(make_network_file, mixed_config):
    """As `make_network_file`, for `mixed_config`."""
    def make(seed, batch=1, images=None):
        made, pixels = make_network_file(seed, batch, images)
        schedule = mapper.schedule(made.network, mixed_config, batch)
        return NetworkFile(made.network, schedule, stream.encode(made.network, schedule)), pixels

    return make
