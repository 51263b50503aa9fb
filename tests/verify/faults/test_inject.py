"""Faults in the RTL do what the golden model says, and protection does what it promises."""

import dataclasses

import numpy as np
import pytest

from firstspike.golden.config import PARITY, PRESETS, SECDED
from firstspike.golden.evaluators import fast
from firstspike.golden.evaluators.faults import FaultyEvaluator
from firstspike.golden.streams.records import ErrorCode
from firstspike.sim import simulate
from firstspike.verify.faults import inject, sites
from firstspike.verify.faults.sites import Place


def drawn(network_file, images, memory, count, seed):
    network, schedule = network_file.network, network_file.schedule
    places, flips = sites.draw(
        network, schedule, len(images) // schedule.batch, memory, count, np.random.default_rng(seed)
    )
    return places, FaultyEvaluator(network, sites.chunks(network, schedule)).run(images, flips)


def differ(one, other):
    return any((a != b).any() for a, b in zip((*one.spikes, one.potentials), (*other.spikes, other.potentials)))


@pytest.mark.parametrize("memory", ["weights", "parameters"])
@pytest.mark.parametrize("seed, batch", [(1, 1), (2, 2), (3, 1), (4, 1)])
def test_the_rtl_with_faults_equals_the_golden_model_with_the_same_faults(faulty, make_mixed_file, memory, seed, batch):
    network_file, images = make_mixed_file(seed, batch, 2 * batch)
    places, expected = drawn(network_file, images, memory, 8, seed)
    assert differ(expected, fast.run(network_file.network, images))
    answer = inject.run(faulty, network_file, images, places, expected)
    assert answer.error is None and answer.divergence is None


@pytest.mark.parametrize("memory", ["partial_sums", "potentials", "images"])
@pytest.mark.parametrize("seed", [1, 4])
def test_secded_corrects_a_wrong_bit_and_reports_two(faulty, make_mixed_file, memory, seed):
    network_file, images = make_mixed_file(seed)
    places, _ = drawn(network_file, images, memory, 1, seed)
    assert len(places) == 1
    answer = inject.run(faulty, network_file, images, places, fast.run(network_file.network, images))
    assert answer.error is None and answer.divergence is None and answer.corrections >= 1
    pair = [*places, dataclasses.replace(places[0], bit=places[0].bit ^ 1)]
    assert inject.run(faulty, network_file, images, pair, None).error == ErrorCode.MEMORY


@pytest.mark.parametrize("seed", [3, 6, 8])
def test_parity_ends_the_run_with_an_error(faulty, make_mixed_file, seed):
    network_file, images = make_mixed_file(seed)
    clean = fast.run(network_file.network, images)
    places, expected = drawn(network_file, images, "spikes", 4, seed)
    assert differ(expected, clean)
    assert inject.run(faulty, network_file, images, places, clean).error == ErrorCode.MEMORY


@pytest.mark.parametrize("seed, batch", [(1, 1), (2, 2)])
def test_protection_changes_neither_results_nor_cycles(tiny, faulty, make_mixed_file, make_network_file, seed, batch):
    network_file, images = make_mixed_file(seed, batch)
    assert network_file.stream == make_network_file(seed, batch)[0].stream
    plain = simulate.run(make_network_file(seed, batch)[0], images, simulator=tiny)
    answer = inject.run(faulty, network_file, images, [], plain.expected)
    assert answer.error is None and answer.divergence is None and answer.corrections == 0
    assert answer.cycles == plain.cycles


@pytest.mark.parametrize(
    "protection, line",
    [
        (None, "testbench.dut.cluster_1.partial_sums 3 5 100\n"),
        (PARITY, "testbench.dut.cluster_1.partial_sums.sram 3 5 101\n"),
        (SECDED, "testbench.dut.cluster_1.partial_sums.sram 3 5 108\n"),
    ],
)
def test_a_place_is_found_behind_the_check_bits_of_the_words_before_it(protection, line):
    config = PRESETS["tiny"]
    if protection:
        config = config.model_copy(update={"potential_protection": protection})
    assert inject.fault_lines(config, [Place("cluster_1.partial_sums", 3, 5, 100)]).decode() == line
