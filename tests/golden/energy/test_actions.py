"""How often actions occur, against sums made another way."""

import pytest

from golden.energy import actions


@pytest.mark.parametrize("seed", range(6))
def test_every_potential_of_every_position_is_encoded_once(make_counted, seed):
    counted = make_counted(seed, batch=2)
    network = counted.network
    found = actions.occurrences(network, counted.schedule, counted.layer_counts, 1)
    maps = network.input_maps()
    for index, layer in enumerate(network.layers):
        _, height, width = maps[index + 1]
        potentials = 2 * layer.out_channels * height * width * (4 if layer.pool else 1)
        assert found[index]["encoder_step" if layer.fires else "output_step"] == potentials


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
    for counts, found in zip(counted.layer_counts,
                             actions.occurrences(counted.network, counted.schedule, counted.layer_counts, 1)):
        assert found["exponent_add"] == found["table_shift"] == found["accumulate_add"] == counts["sops"]
        assert found["accumulator_register"] >= counts["sops"]
