import numpy as np
import pytest

from firstspike.golden.codes import ttfs
from firstspike.golden.config import PRESETS
from firstspike.golden.evaluators import fast
from firstspike.golden.geometry import MAX_2X2
from firstspike.verify.random_networks import cases, configurations

CASES = 60


@pytest.fixture(scope="module")
def some():
    pool = configurations.pool(configurations.COUNT)
    return [cases.from_seed(seed, pool[seed % len(pool)]) for seed in range(CASES)]


def test_a_seed_repeats_its_case(some):
    again = cases.from_seed(7, some[7].config)
    assert again.network_file.stream == some[7].network_file.stream
    assert np.array_equal(again.images, some[7].images)
    assert repr(again) == repr(some[7]) != repr(cases.from_seed(8, some[7].config))


def test_choices_repeat_their_case(some):
    for case in some[:10]:
        again = cases.from_choices(case.choices, case.config)
        assert again.network_file.stream == case.network_file.stream and np.array_equal(again.images, case.images)
        assert (again.stall, again.stall_seed, again.choices) == (case.stall, case.stall_seed, case.choices)


@pytest.mark.parametrize("choices", [[], [17], [1, 1, 0, "1"]])
def test_choices_that_make_no_case_are_refused(choices):
    with pytest.raises(cases.RejectedError, match="expected a choice of"):
        cases.from_choices(choices, PRESETS["tiny"])


def test_the_cases_have_the_geometry_that_they_should_have(some):
    networks = [case.network_file.network for case in some]
    hidden = [layer for network in networks for layer in network.layers[:-1]]
    assert {len(network.layers) for network in networks} == {1, 2, 3, 4, 5, 6}
    assert {side for layer in hidden for side in layer.window.kernel} == {1, 2, 3, 4, 5, 6, 7}
    assert {side for layer in hidden for side in layer.window.padding} == {0, 1, 2, 3}
    assert {layer.pool for layer in hidden} == {None, MAX_2X2} and {layer.window.stride for layer in hidden} == {1, 2}
    sides = {side for network in networks for side in network.input_shape[1:]}
    assert min(sides) == 1 and max(sides) == 17
    assert any(network.input_shape[1] != network.input_shape[2] for network in networks)
    assert {case.network_file.schedule.batch for case in some} >= {1, 2, 15, 16}
    assert {case.stall for case in some} == set(cases.STALLS)
    assert {network.input_coding for network in networks} == {"direct", "ttfs"}


def test_the_neurons_fire_at_all_times_and_many_are_silent(some):
    words = np.concatenate(
        [
            spikes.ravel()
            for case in some
            if case.config.time_steps >= 24
            for spikes in fast.run(case.network_file.network, case.images).spikes
        ]
    )
    counts = np.bincount(words, minlength=32)
    assert (counts[:24] > 0).all()
    assert 0.2 < counts[ttfs.SILENT] / len(words) < 0.8
