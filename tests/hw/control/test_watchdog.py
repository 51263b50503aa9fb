import pytest

from firstspike.hw.control.watchdog import Watchdog
from tests.hw.stream_devices import drive


def expired(limit, *stretches):
    """`expired` in each cycle of stretches of (cycles, running, progress)."""
    stimuli = [
        {"running": running, "progress": progress} for cycles, running, progress in stretches for _ in range(cycles)
    ]
    return [value for (value,) in drive(Watchdog(limit), stimuli, "expired")]


@pytest.mark.parametrize("limit", [1, 2, 5, 256])
def test_expires_after_exactly_that_many_cycles_without_progress(limit):
    assert expired(limit, (3, 1, 1), (limit + 2, 1, 0)) == [0] * (3 + limit) + [1, 1]


def test_progress_starts_the_count_again():
    assert not any(expired(5, *[(4, 1, 0), (1, 1, 1)] * 10))


def test_only_a_run_can_expire():
    assert not any(expired(5, (50, 0, 0), (4, 1, 0), (1, 0, 0), (4, 1, 0)))


def test_stays_expired():
    assert expired(2, (2, 1, 0), (20, 0, 1))[2:] == [1] * 20
