import numpy as np
import pytest

from firstspike.golden.config import PRESETS
from firstspike.golden.evaluators import reference
from firstspike.golden.network import Layer, Network
from firstspike.golden.random_networks import random_config, random_images, random_network
from firstspike.golden.streams import network_stream as stream
from firstspike.quant.mapper import mapper, passes
from tests.stream_walker import walk


def assert_walks_like_the_reference(network, schedule, images):
    walker = walk(network, schedule, stream.encode(network, schedule), images)
    expected = reference.run(network, images)
    assert (walker.potentials == expected.potentials).all()
    config = schedule.config
    for index, run in enumerate(schedule.runs):
        if not network.layers[run.layer].fires:
            continue
        spikes = expected.spikes[run.layer][run.first_image : run.first_image + run.images]
        images_of_run, channels, height, width = spikes.shape
        words = np.full((images_of_run, height, width, run.out_words * config.word_neurons), 31)
        words[..., :channels] = spikes.transpose(0, 2, 3, 1)
        words = words.reshape(-1, config.word_neurons)
        written = {address: word for i, _, address, word in walker.writes if i == index}
        assert len(written) == sum(i == index for i, *_ in walker.writes), "no word is written twice"
        assert written == {run.out_base + i: tuple(word) for i, word in enumerate(words)}


@pytest.mark.parametrize("seed", range(40))
def test_a_literal_walk_through_the_stream_computes_what_the_reference_does(seed, monkeypatch):
    rng = np.random.default_rng(seed)
    network, batch = random_network(rng), int(rng.integers(1, 4))
    config = random_config(rng, network)
    if seed % 2:
        # also what the cost model would not choose
        monkeypatch.setattr(mapper, "_fastest", lambda choices, traffic: choices[int(rng.integers(len(choices)))])
    schedule = mapper.schedule(network, config, batch)
    assert_walks_like_the_reference(network, schedule, random_images(rng, network, batch))


def test_tiles_beyond_the_units_field_send_the_weights_again(monkeypatch):
    rng = np.random.default_rng(101)
    network = random_network(rng)
    config = random_config(rng, network)
    monkeypatch.setattr(passes, "_MAX_UNITS", 3)
    schedule = mapper.schedule(network, config, 2)
    assert max(pass_.units for run in schedule.runs for pass_ in run.passes) == 3
    assert_walks_like_the_reference(network, schedule, random_images(rng, network, 2))


def test_every_weight_bias_and_offset_comes_back_out_of_the_stream():
    for seed in range(101, 111):
        rng = np.random.default_rng(seed)
        network = random_network(rng)
        schedule = mapper.schedule(network, random_config(rng, network))
        walker = walk(network, schedule, stream.encode(network, schedule), random_images(rng, network, 1))
        for index, layer in enumerate(network.layers):
            assert (walker.weights[index] == layer.weights).all()
            assert (walker.biases[index] == layer.biases).all()
            assert (walker.offsets[index] == layer.offsets).all()


def test_one_changed_weight_code_changes_the_stream_in_one_place():
    rng = np.random.default_rng(102)
    network = random_network(rng)
    config = random_config(rng, network)
    schedule = mapper.schedule(network, config)
    before = stream.encode(network, schedule)
    network.layers[0].weights[0, 0, 0, 0] ^= 1
    after = stream.encode(network, schedule)
    difference = np.frombuffer(before, np.uint8) ^ np.frombuffer(after, np.uint8)
    assert np.unpackbits(difference).sum() == 1


def with_biases(*biases):
    layer = Layer.of(
        "fc", np.zeros((len(biases), 1, 1, 1), np.uint8), np.array(biases), np.zeros(len(biases), np.int64), fires=False
    )
    return Network("wide bias", (layer,), (1, 1, 1))


@pytest.mark.parametrize("bias", [1 << 31, -(1 << 31) - 1])
def test_a_bias_beyond_32_bits_is_refused(bias):
    network = with_biases(0, bias, 1)
    with pytest.raises(stream.StreamError, match=f"layer fc: a bias must fit 32 bits, got {bias}"):
        stream.encode(network, mapper.schedule(network, PRESETS["tiny"]))


def test_the_largest_and_the_smallest_bias_of_32_bits_are_in_the_stream():
    network = with_biases((1 << 31) - 1, -(1 << 31))
    encoded = stream.encode(network, mapper.schedule(network, PRESETS["tiny"]))
    assert bytes.fromhex("ffffff7f 00 00000080 00") in encoded


def test_the_image_stream_is_position_by_position_four_channels_a_word():
    images = np.arange(2 * 5 * 2 * 3, dtype=np.uint8).reshape(2, 5, 2, 3)
    words = np.frombuffer(stream.image_stream(images), np.uint8).reshape(2, 2, 3, 2, 4)
    for image, y, x, channel in np.ndindex(2, 2, 3, 8):
        expected = images[image, channel, y, x] if channel < 5 else 0
        assert words[image, y, x, channel // 4, channel % 4] == expected


def test_an_rgb_image_becomes_rgbx():
    image = np.array([1, 2, 3], np.uint8).reshape(1, 3, 1, 1)
    assert stream.image_stream(image) == bytes([1, 2, 3, 0])
