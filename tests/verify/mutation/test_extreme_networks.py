import pytest

from firstspike.golden import cycle_model
from firstspike.golden.config import PRESETS
from firstspike.golden.streams import record_values as stream_records
from firstspike.sim import simulate
from firstspike.verify.mutation import extreme_networks


@pytest.fixture(scope="module")
def cases():
    return {name: (network_file, images) for name, network_file, images in extreme_networks.cases(PRESETS["tiny"])}


def layer_records(network_file):
    return [
        stream_records.layer_record(network_file.network, network_file.schedule, run)
        for run in network_file.schedule.runs
    ]


def test_the_wide_map_needs_bit_6_of_its_width(cases):
    network_file, _ = cases["wide map"]
    assert layer_records(network_file)[0]["in_w"] & 64


def test_the_tall_map_has_more_than_513_rows_of_two_images_in_one_pass_of_both_groups(cases):
    network_file, _ = cases["tall map"]
    assert any(
        record["units_h"] > 513 and record["split_log2"] == 1 and len(run.passes) == 1 and run.images == 2
        for record, run in zip(layer_records(network_file), network_file.schedule.runs, strict=True)
    )


def test_channels_from_2048_on_fill_all_eight_entries_of_the_word_queues(cases):
    network_file, _ = cases["many classes"]
    (run,) = network_file.schedule.runs
    assert sum(pass_.first_channel >= 2048 for pass_ in run.passes) >= 8


def test_a_layer_waits_16384_cycles_for_its_weights(cases):
    network_file, images = cases["late weights"]
    network, schedule = network_file.network, network_file.schedule
    evaluation = simulate.golden(network_file, images).evaluation
    (prediction,) = cycle_model.predict(network, schedule, images, evaluation)
    assert max(run["cycles_wait_weights"] for run in prediction.runs) >= 1 << 14


def test_neurons_of_the_maps_fire_at_many_times(cases):
    for name in ("wide map", "tall map"):
        network_file, images = cases[name]
        words = simulate.golden(network_file, images).evaluation.spikes[0]
        assert len(set(words.reshape(-1).tolist())) > 5
