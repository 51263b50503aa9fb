"""How often actions occur, against sums made another way."""

import pytest

from firstspike.golden.energy import actions
from firstspike.golden.streams import network_stream as stream


@pytest.mark.parametrize("seed", range(6))
def test_every_potential_of_every_position_is_encoded_once_in_whole_words(make_counted, seed):
    counted = make_counted(seed, batch=2)
    network, config = counted.network, counted.schedule.config
    found = actions.occurrences(network, counted.schedule, counted.layer_counts, 1)
    maps = network.maps()
    for index, layer in enumerate(network.layers):
        _, height, width = maps[index + 1]
        positions = 2 * height * width * (4 if layer.pool else 1)
        words = -(-layer.out_channels // config.word_neurons)
        if layer.fires:
            assert found[index]["encoder_step"] == positions * words * config.word_neurons
            assert found[index]["spike_word_assembly"] == 2 * height * width * words
            assert found[index]["output_step"] == 0
        else:
            assert found[index]["encoder_step"] == 0
            assert found[index]["output_step"] == positions * layer.out_channels


@pytest.mark.parametrize("seed", range(6))
def test_every_word_and_every_row_of_the_network_stream_is_unpacked_once(make_counted, seed):
    counted = make_counted(seed)
    config = counted.schedule.config
    found = actions.occurrences(counted.network, counted.schedule, counted.layer_counts, 1)
    stream_words = len(stream.encode(counted.network, counted.schedule)) * 8 // config.network_bits
    assert sum(layer["network_word"] for layer in found) == stream_words
    for layer in found:
        assert layer["network_row"] == layer["weight_ring_write"] // config.clusters + layer["parameter_store_write"]


@pytest.mark.parametrize("seed", range(6))
def test_a_visit_restarts_the_potentials_of_the_clusters_of_its_group(make_counted, seed):
    counted = make_counted(seed)
    found = actions.occurrences(counted.network, counted.schedule, counted.layer_counts, 1)
    for index, layer in enumerate(found):
        run = next(run for run in counted.schedule.runs if run.layer == index)
        assert layer["potential_restart"] == layer["visit"] * counted.schedule.config.clusters // run.split


@pytest.mark.parametrize("seed", range(6))
def test_every_parameter_row_is_written_once_a_group(make_counted, seed):
    counted = make_counted(seed)
    found = actions.occurrences(counted.network, counted.schedule, counted.layer_counts, 1)
    config = counted.schedule.config
    for index, layer in enumerate(counted.network.layers):
        run = next(run for run in counted.schedule.runs if run.layer == index)
        lanes = config.lanes // run.split
        groups = -(-layer.out_channels // lanes)
        assert found[index]["parameter_store_write"] == groups * -(-lanes // config.encoders)


def test_a_synaptic_operation_is_one_of_each_arithmetic_step(make_counted):
    counted = make_counted(2)
    for counts, found in zip(
        counted.layer_counts, actions.occurrences(counted.network, counted.schedule, counted.layer_counts, 1)
    ):
        assert found["exponent_add"] == found["table_shift"] == found["accumulate_add"] == counts["sops"]
        assert found["accumulator_register"] == found["pe_registers"] == counts["sops"]
