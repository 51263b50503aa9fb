import random

import pytest

from firstspike.golden.config import ADDRESS_BITS
from firstspike.hw.events.fetch_arbiter import FetchArbiter
from tests.hw.stream_devices import drive


@pytest.mark.parametrize("count", [1, 2, 4])
def test_one_request_is_granted_in_each_cycle_and_its_address_read(count):
    choose = random.Random(count)
    stimuli = [
        {"requests": choose.getrandbits(count)}
        | {f"address_{n}": choose.getrandbits(ADDRESS_BITS) for n in range(count)}
        for _ in range(500)
    ]
    granted = 0
    outputs = drive(FetchArbiter(count), stimuli, "grants", "read", "address")
    for stimulus, (grants, read, address) in zip(stimuli, outputs):
        if not stimulus["requests"]:
            assert (grants, read) == (0, 0)
            continue
        order = [(granted + distance) % count for distance in range(1, count + 1)]
        granted = next(n for n in order if stimulus["requests"] >> n & 1)
        assert (grants, read, address) == (1 << granted, 1, stimulus[f"address_{granted}"])
