import numpy as np
import pytest

from firstspike.golden import formats
from firstspike.golden.codes import ttfs
from firstspike.golden.errors import SimulationError
from firstspike.golden.evaluators import fast
from firstspike.golden.network import Layer
from firstspike.golden.streams import trace


def recorded(network, schedule, evaluation, rng):
    """The trace that a correct processor would leave, each layer run in random order."""
    config = schedule.config
    batches = len(evaluation.potentials) // schedule.batch
    parts = []
    for batch in range(batches):
        for index, run in enumerate(schedule.runs):
            if not network.layers[run.layer].fires:
                continue
            first = batch * schedule.batch + run.first_image
            spikes = evaluation.spikes[run.layer][first : first + run.images].transpose(0, 2, 3, 1)
            padded = np.full((*spikes.shape[:3], run.out_words * config.word_neurons), ttfs.SILENT, np.uint8)
            padded[..., : spikes.shape[3]] = spikes
            words = padded.reshape(-1, config.word_neurons)
            part = np.zeros(len(words), trace.record(config))
            part["run"], part["layer"] = index, run.layer
            part["address"] = run.out_base + np.arange(len(words))
            for neuron in range(config.word_neurons):
                part["data"][:, 0] |= words[:, neuron].astype(np.uint32) << formats.SPIKE_BITS * neuron
            parts.append(rng.permutation(part))
    result = np.concatenate(parts)
    result["cycle"] = np.arange(len(result)) * 3
    return result


@pytest.fixture(params=[(1, 1, 2), (2, 3, 6), (3, 2, 2)], ids=lambda p: "seed {}, batch {}, images {}".format(*p))
def case(request, make_network_file):
    """Network, schedule, number of runs, golden evaluation, trace."""
    seed, batch, images = request.param
    network_file, pixels = make_network_file(seed, batch, images)
    evaluation = fast.run(network_file.network, pixels)
    rng = np.random.default_rng(seed)
    return (
        network_file.network,
        network_file.schedule,
        images // batch,
        evaluation,
        recorded(network_file.network, network_file.schedule, evaluation, rng),
    )


def test_spike_maps_come_back_whatever_the_order_inside_a_layer_run(case):
    network, schedule, runs, evaluation, record = case
    layers = trace.layers(record, network, schedule, runs)
    assert len(layers) == len(evaluation.spikes)
    assert all(np.array_equal(layer.spikes, spikes) for layer, spikes in zip(layers, evaluation.spikes))


def test_each_neuron_has_the_cycle_of_its_word(case):
    network, schedule, runs, _, record = case
    cycles = [np.unique(layer.cycles) for layer in trace.layers(record, network, schedule, runs)]
    assert np.array_equal(np.unique(np.concatenate(cycles)), record["cycle"])


def test_a_missing_word_is_found(case):
    network, schedule, runs, _, record = case
    with pytest.raises(SimulationError, match="out of turn|spike words instead of"):
        trace.layers(np.delete(record, 0), network, schedule, runs)


def test_a_missing_last_word_is_found(case):
    network, schedule, runs, _, record = case
    with pytest.raises(SimulationError, match="spike words instead of"):
        trace.layers(record[:-1], network, schedule, runs)


def test_a_duplicate_is_found_with_what_it_stands_for(case):
    network, schedule, runs, _, record = case
    record["address"][1] = record["address"][0]
    with pytest.raises(SimulationError, match=f"address {record['address'][0]} is written again in cycle 3, and the"):
        trace.layers(record, network, schedule, runs)


def test_a_word_too_many_at_the_end_is_found(case):
    network, schedule, runs, _, record = case
    with pytest.raises(SimulationError, match="1 spike words more than the schedule has"):
        trace.layers(np.append(record, record[-1:]), network, schedule, runs)


def test_an_address_of_another_layer_is_found(case):
    network, schedule, runs, _, record = case
    record["address"][0] = schedule.config.spike_words - 1
    with pytest.raises(SimulationError, match=f"address {schedule.config.spike_words - 1} in cycle 0 lies outside"):
        trace.layers(record, network, schedule, runs)


def test_a_layer_run_out_of_turn_is_found(case):
    network, schedule, runs, _, record = case
    record["run"][1] += 1
    with pytest.raises(SimulationError, match="after 1 of [0-9]+ spike words, layer run 1 .* out of turn"):
        trace.layers(record, network, schedule, runs)


def test_a_spike_beyond_the_last_channel_is_found(two_layers, two_layer_schedule):
    record = np.zeros(2, trace.record(two_layer_schedule.config))
    record["address"] = [0, 1]
    three_channels = Layer.of("first", np.zeros((3, 3, 1, 1), np.uint8), np.zeros(3, np.int64), np.zeros(3, np.int64))
    last = Layer.of("last", np.zeros((2, 3, 1, 2), np.uint8), np.zeros(2, np.int64), np.zeros(2, np.int64), fires=False)
    network = two_layers.__class__("odd", (three_channels, last), (3, 1, 2))
    with pytest.raises(SimulationError, match="a neuron beyond channel 2 is not silent"):
        trace.layers(record, network, two_layer_schedule, 1)
    record["data"][:, 0] = ttfs.SILENT << 3 * formats.SPIKE_BITS
    assert (trace.layers(record, network, two_layer_schedule, 1)[0].spikes == 0).all()
