import re

import numpy as np
import pytest

from firstspike.golden.config import PRESETS, HardwareConfig
from firstspike.golden.geometry import MAX_2X2, Window
from firstspike.golden.network import Layer, Network
from firstspike.golden.random_networks import random_config, random_network
from firstspike.golden.schedule import Schedule
from firstspike.quant.mapper import cost_model, mapper


def layer(name, out_channels, in_channels, kernel, stride=1, padding=(0, 0), pool=False, fires=True):
    zeros = np.zeros(out_channels, np.int64)
    weights, window = np.zeros((out_channels, in_channels, *kernel), np.uint8), Window(kernel, stride, padding)
    return Layer.of(name, weights, zeros, zeros, window, MAX_2X2 if pool else None, fires)


def vgg16():
    layers, channels = [], 3
    for index, (out_channels, pool) in enumerate(
        [
            (64, False),
            (64, True),
            (128, False),
            (128, True),
            (256, False),
            (256, False),
            (256, True),
            (512, False),
            (512, False),
            (512, True),
            (512, False),
            (512, False),
            (512, True),
        ]
    ):
        layers.append(layer(f"conv{index + 1}", out_channels, channels, (3, 3), padding=(1, 1), pool=pool))
        channels = out_channels
    layers += [
        layer("fc1", 512, 512, (1, 1)),
        layer("fc2", 512, 512, (1, 1)),
        layer("fc3", 10, 512, (1, 1), fires=False),
    ]
    return Network("vgg16", tuple(layers), (3, 32, 32))


def weight_rows(schedule):
    return sum(pass_.rows for run in schedule.runs for pass_ in run.passes)


def small_config(**changes):
    return HardwareConfig.from_dict(PRESETS["tiny"].model_dump() | {"name": "mine"} | changes)


@pytest.fixture(scope="module")
def vgg16_mapping():
    return mapper.choose(vgg16(), PRESETS["paper"])


def test_vgg16_fetches_every_weight_row_once(vgg16_mapping):
    assert weight_rows(vgg16_mapping.schedule) == 119_835


def test_vgg16_splits_the_array_only_where_lanes_would_be_idle(vgg16_mapping):
    split = {choice.layer for choice in vgg16_mapping.choices if choice.split > 1}
    assert split == {"conv1", "conv2", "fc3"}


def test_vgg16_is_estimated_below_the_required_cycles(vgg16_mapping):
    assert 300_000 < vgg16_mapping.cycles < 1_200_000


def test_a_batch_shares_the_weights_of_the_deep_layers():
    mapping = mapper.choose(vgg16(), PRESETS["paper"], batch=4)
    assert [choice.images for choice in mapping.choices][7:] == [4] * 9
    deep = [run for run in mapping.schedule.runs if run.layer >= 7]
    assert [run.layer for run in deep] == list(range(7, 16))
    assert all(run.images == 4 and len({s.first_unit for s in run.passes}) == 1 for run in deep)
    assert weight_rows(mapping.schedule) < 2 * 119_835


@pytest.mark.parametrize("preset, batch", [("small", 1), ("wide", 1), ("wide", 16)])
def test_vgg16_fits_the_other_presets(preset, batch):
    assert mapper.schedule(vgg16(), PRESETS[preset], batch).batch == batch


def test_the_first_layer_runs_image_by_image_and_all_images_run_everywhere():
    for seed in range(20):
        rng = np.random.default_rng(seed)
        network = random_network(rng)
        batch = int(rng.integers(1, 17))
        runs = mapper.schedule(network, random_config(rng, network), batch).runs
        assert [run.images for run in runs if run.layer == 0] == [1] * batch
        for index in range(len(network.layers)):
            images = [
                image
                for run in runs
                if run.layer == index
                for image in range(run.first_image, run.first_image + run.images)
            ]
            assert images == list(range(batch))


def test_a_schedule_survives_the_way_through_plain_data(vgg16_mapping):
    assert Schedule.from_dict(vgg16_mapping.schedule.to_dict()) == vgg16_mapping.schedule


def test_equal_inputs_give_equal_schedules(vgg16_mapping):
    assert mapper.schedule(vgg16(), PRESETS["paper"]) == vgg16_mapping.schedule


def test_each_choice_is_within_the_tolerance_of_the_fastest_split(vgg16_mapping):
    network, config = vgg16(), PRESETS["paper"]
    for index, choice in enumerate(vgg16_mapping.choices):
        _, units_h, units_w = network.maps()[index + 1]
        for split in config.splits:
            passes = mapper.build(
                network.layers[index],
                config,
                4 if index == 0 else config.word_neurons,
                units_h * units_w,
                split,
                choice.chunks,
            )
            work = cost_model.run_work(network, config, index, split, passes)
            assert choice.cycles <= mapper.TOLERANCE * cost_model.steady_cycles(work, config.ring_rows)


def test_each_layer_has_a_reason(vgg16_mapping):
    reasons = {choice.layer: choice.reason for choice in vgg16_mapping.choices}
    assert reasons["conv1"] == "bound by the array; split, as 64 channels would leave 64 of 128 lanes idle"
    assert reasons["conv9"] == "bound by the network stream; chunks, as 4608 weight rows exceed the ring of 1536"


def fails(network, config, batch=1):
    with pytest.raises(mapper.MappingError) as info:
        mapper.schedule(network, config, batch)
    return info.value


def test_too_large_an_image_names_the_image_buffer_and_the_preset():
    network = Network("image", (layer("fc", 2, 3, (24, 24), fires=False),), (3, 24, 24))
    error = fails(network, small_config(ring_rows=3072))
    assert (error.field, error.needed, error.available) == ("image_words", 1024, 512)
    assert str(error) == (
        "network image: image buffer (image_words), words: 1024 needed, 512 available; "
        "configuration mine with image_words=1024 would do"
    )


def test_too_large_a_kernel_names_the_weight_ring_and_the_preset():
    network = Network("kernel", (layer("fc", 2, 4, (9, 9), fires=False),), (4, 9, 9))
    error = fails(network, small_config())
    assert (error.field, error.needed, error.available) == ("ring_rows", 324, 96)
    assert str(error) == (
        "layer fc: weight ring (ring_rows), rows for one input word: 324 needed, 96 available; "
        "the preset small would do or configuration mine with ring_rows=324 would do"
    )


def test_too_large_maps_name_the_spike_buffer_and_what_is_alive_together():
    network = Network(
        "maps",
        (
            layer("conv1", 8, 1, (1, 1)),
            layer("conv2", 8, 8, (1, 1)),
            layer("conv3", 8, 8, (2, 2), stride=2),
            layer("fc", 2, 8, (5, 5), fires=False),
        ),
        (1, 10, 10),
    )
    error = fails(network, small_config(spike_words=399, ring_rows=100))
    assert (error.field, error.needed, error.available) == ("spike_words", 400, 399)
    assert "configuration mine with ring_rows=100, spike_words=400 would do" in str(
        fails(network, small_config(spike_words=399, ring_rows=99))
    )
    assert mapper.schedule(network, small_config(spike_words=400, ring_rows=100), batch=16).batch == 16


def test_pooled_chunks_need_the_partial_sums_of_one_window():
    network = Network(
        "window",
        (layer("conv1", 8, 64, (3, 3), padding=(1, 1), pool=True), layer("fc", 2, 8, (1, 1), fires=False)),
        (64, 2, 2),
    )
    error = fails(network, small_config(tile_positions=3))
    assert (error.field, error.needed, error.available) == ("tile_positions", 4, 3)
    assert "configuration mine with tile_positions=4 would do" in str(error)


@pytest.mark.parametrize(
    "field, value, needed", [("time_steps", 16, 24), ("fraction_bits", 18, 21), ("acc_bits", 24, 32)]
)
def test_formats_that_differ_from_the_networks_are_refused(field, value, needed):
    network = Network("formats", (layer("fc", 2, 1, (1, 1), fires=False),), (1, 1, 1))
    error = fails(network, small_config(**{field: value}))
    assert (error.field, error.needed, error.available) == (field, needed, value)
    assert re.search(f"configuration mine with {field}={needed} would do", str(error))


def test_several_wrong_formats_are_mended_together():
    network = Network("formats", (layer("fc", 2, 1, (1, 1), fires=False),), (1, 1, 1))
    error = fails(network, small_config(acc_bits=20, fraction_bits=18, time_steps=20))
    assert "configuration mine with acc_bits=32, time_steps=24, fraction_bits=21 would do" in str(error)


@pytest.mark.parametrize("batch", [0, 17])
def test_the_batch_has_limits(batch):
    network = Network("batch", (layer("fc", 2, 1, (1, 1), fires=False),), (1, 1, 1))
    assert "images of a batch" in str(fails(network, PRESETS["tiny"], batch))


def test_a_number_beyond_its_record_field_is_named():
    network = Network("deep", tuple(layer(f"fc{i}", 1, 1, (1, 1), fires=i < 256) for i in range(257)), (1, 1, 1))
    assert str(fails(network, PRESETS["tiny"])) == (
        "layer fc256: record field layer, largest value: 256 needed, 255 available; no configuration changes that"
    )


def test_a_network_beyond_all_configurations_says_so():
    network = Network("kernel", (layer("fc", 2, 4, (96, 96), fires=False),), (4, 96, 96))
    assert str(fails(network, small_config(image_words=1 << 14))).endswith("no preset and no larger buffers would do")
