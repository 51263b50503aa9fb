"""Protected memories change neither results nor cycles."""

import pytest

from golden.config import PARITY, PRESETS, SECDED
from golden.network_file import NetworkFile
from quant import mapper, stream
from sim import processor, simulate

MEMORIES = ("weight", "parameter", "spike", "potential", "image")


@pytest.fixture(scope="module", params=[PARITY, SECDED])
def protected(request):
    config = PRESETS["tiny"].model_copy(update={f"{memory}_protection": request.param for memory in MEMORIES})
    return processor.simulator(config)


@pytest.mark.parametrize("seed, batch", [(1, 1), (2, 2), (3, 1)])
def test_a_protected_processor_is_bit_exact_in_the_same_cycles(tiny, protected, make_network_file, seed, batch):
    network_file, images = make_network_file(seed, batch)
    plain = simulate.run(network_file, images, simulator=tiny)
    result = simulate.run(rescheduled(network_file, protected.config), images, simulator=protected)
    assert result.matches
    assert result.cycles == plain.cycles
    assert [run.counters for run in result.runs] == [run.counters for run in plain.runs]


def test_both_processors_take_the_same_stream(protected, make_network_file):
    network_file, _ = make_network_file(1)
    assert rescheduled(network_file, protected.config).stream == network_file.stream


def rescheduled(network_file, config):
    schedule = mapper.schedule(network_file.network, config, network_file.schedule.batch)
    return NetworkFile(network_file.network, schedule, stream.encode(network_file.network, schedule))
