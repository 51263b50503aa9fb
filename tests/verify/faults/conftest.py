"""Fixtures of the processor with memories that flip bits."""

import pytest

from firstspike.golden.network_file import NetworkFile
from firstspike.golden.streams import network_stream as stream
from firstspike.quant.mapper import mapper


@pytest.fixture(scope="session")
def make_mixed_file(make_network_file, faulty):
    """As `make_network_file`, for the processor `faulty`."""

    def make(seed, batch=1, images=None):
        made, pixels = make_network_file(seed, batch, images)
        schedule = mapper.schedule(made.network, faulty.config, batch)
        return NetworkFile(made.network, schedule, stream.encode(made.network, schedule)), pixels

    return make
