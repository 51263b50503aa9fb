import random

import pytest

from firstspike.hw.lib.round_robin import RoundRobin
from tests.hw.stream_devices import drive


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7])
def test_the_next_requester_after_the_one_served_last_is_chosen(count):
    choose = random.Random(count)
    stimuli = [{"requests": choose.getrandbits(count), "serve": choose.getrandbits(1)} for _ in range(500)]
    served = 0
    for stimulus, (choice,) in zip(stimuli, drive(RoundRobin(count), stimuli, "choice")):
        order = [(served + distance) % count for distance in range(1, count + 1)]
        requesters = [index for index in order if stimulus["requests"] >> index & 1]
        if requesters:
            assert choice == requesters[0]
            served = choice if stimulus["serve"] else served
        elif stimulus["serve"]:
            served = choice


@pytest.mark.parametrize("count", [2, 3, 4])
def test_nobody_waits_for_more_than_one_round(count):
    choose = random.Random(count)
    stimuli = [{"requests": choose.getrandbits(count) | 1, "serve": 1} for _ in range(300)]
    choices = [choice for (choice,) in drive(RoundRobin(count), stimuli, "choice")]
    assert all(0 in choices[cycle : cycle + count] for cycle in range(len(choices) - count))
