import copy

import numpy as np
import pytest

from firstspike.golden.codes import ttfs
from firstspike.golden.counting import counters, counts
from firstspike.golden.evaluators import fast
from firstspike.golden.evaluators.evaluation import Evaluation
from firstspike.golden.streams.trace import LayerTrace
from firstspike.sim import compare


@pytest.fixture
def case(make_network_file):
    """Network, schedule, images, golden evaluation, and what a correct processor would have written."""
    network_file, images = make_network_file(4, 2)
    evaluation = fast.run(network_file.network, images)
    traces = [LayerTrace(spikes.copy(), np.arange(spikes.size).reshape(spikes.shape)) for spikes in evaluation.spikes]
    return network_file, images, evaluation, traces, evaluation.potentials.copy()


def evaluate(case):
    network_file, _, evaluation, traces, potentials = case
    return compare.evaluation(
        network_file.network,
        evaluation,
        traces,
        potentials,
        np.full(potentials.shape, 10**6) + np.arange(potentials.shape[1]),
    )


def test_everything_is_compared_and_agrees(case):
    network_file, images, *_ = case
    comparisons = evaluate(case)
    sizes = [len(images) * np.prod(shape) for shape in network_file.network.maps()[1:]]
    assert [comparison.compared for comparison in comparisons] == sizes
    assert compare.first_divergence(comparisons) is None
    assert sum(comparison.wrong for comparison in comparisons) == 0


@pytest.mark.parametrize("layer", [0, -1])
def test_every_single_wrong_spike_word_is_named(case, layer):
    network_file, _, evaluation, traces, _ = case
    rng = np.random.default_rng(5)
    for where in rng.permutation(np.argwhere(traces[layer].spikes >= 0))[:20]:
        image, channel, row, column = map(int, where)
        expected = int(traces[layer].spikes[tuple(where)])
        traces[layer].spikes[tuple(where)] ^= 1
        found = compare.first_divergence(evaluate(case))
        assert found == compare.Divergence(
            network_file.network.layers[:-1][layer].name,
            image,
            channel,
            (row, column),
            int(traces[layer].cycles[tuple(where)]),
            expected,
            expected ^ 1,
            network_file.network.code,
        )
        traces[layer].spikes[tuple(where)] ^= 1


def test_the_first_divergence_in_time_is_named_not_in_space(case):
    network_file, _, _, traces, _ = case
    traces[0].spikes[0, 0, 0, :2] ^= 1
    traces[0].cycles[0, 0, 0, 0] = 100
    traces[0].cycles[0, 0, 0, 1] = 99
    found = compare.first_divergence(evaluate(case))
    assert (found.position, found.cycle) == ((0, 1), 99)


def test_a_wrong_potential_is_named_with_its_class(case):
    network_file, _, evaluation, _, potentials = case
    potentials[1, -1] += 1
    found = compare.first_divergence(evaluate(case))
    expected = int(evaluation.potentials[1, -1])
    classes = potentials.shape[1]
    assert str(found) == (
        f"layer {network_file.network.layers[-1].name}, image 1, channel {classes - 1}, row 0, column 0, cycle {10**6 + classes - 1}: "
        f"expected the potential {expected}, got the potential {expected + 1}"
    )


def test_spikes_and_silence_are_written_out():
    divergence = compare.Divergence("conv1", 0, 3, (4, 5), 678, 7, ttfs.SILENT, ttfs.Ttfs())
    assert str(divergence) == (
        "layer conv1, image 0, channel 3, row 4, column 5, cycle 678: expected a spike at time 7, got silence"
    )


def test_without_observation_port_only_potentials_are_compared(case):
    network_file, _, evaluation, _, potentials = case
    comparisons = compare.evaluation(network_file.network, evaluation, None, potentials, np.zeros(potentials.shape))
    assert [comparison.compared for comparison in comparisons] == [0] * len(evaluation.spikes) + [potentials.size]


@pytest.mark.parametrize("counter", [counter.name for counter in counters.OPERATIONS])
def test_every_operation_counter_is_compared(case, counter):
    network_file, images, evaluation, *_ = case
    schedule = network_file.schedule
    expected = [
        counts.count(network_file.network, schedule, images, Evaluation(evaluation.spikes, evaluation.potentials))
    ]
    got = copy.deepcopy(expected)
    assert compare.operations(network_file.network, schedule, expected, got) == []
    got[0][-1][counter] += 1
    (difference,) = compare.operations(network_file.network, schedule, expected, got)
    assert (difference.layer, difference.run, difference.counter) == (network_file.network.layers[-1].name, 0, counter)
    assert difference.got == difference.expected + 1
