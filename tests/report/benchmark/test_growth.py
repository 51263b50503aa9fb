from types import SimpleNamespace

import numpy as np
import pytest

from firstspike.golden import cycle_model
from firstspike.golden.config import PRESETS
from firstspike.golden.evaluators import fast
from firstspike.golden.random_networks import random_images, random_network
from firstspike.quant.mapper import mapper
from firstspike.report.benchmark import growth


@pytest.fixture
def network(monkeypatch):
    rng = np.random.default_rng(3)
    network = random_network(rng)
    pixels = random_images(rng, network, 2)
    monkeypatch.setattr(
        growth.image_sources, "for_network", lambda network, count: SimpleNamespace(pixels=pixels[:count])
    )
    for name, value in {
        "LANES": (8, 16),
        "STREAM_BITS": (32, 64),
        "BATCHES": (1, 2),
        "CURVES": (1, 2),
        "IMAGES": 2,
        "DENSITIES": (0.0, 1.0),
    }.items():
        monkeypatch.setattr(growth, name, value)
    return network


def sweeps(network, base):
    return growth.sweeps(network, base, lambda iteration, description: iteration)


def test_points_are_predictions_of_the_cycle_model(network):
    result = sweeps(network, PRESETS["small"])
    pixels = growth.image_sources.for_network(network, 2).pixels
    evaluation = fast.run(network, pixels)

    def predicted(config, batch):
        schedule = mapper.schedule(network, config, batch)
        return sum(prediction.cycles for prediction in cycle_model.predict(network, schedule, pixels, evaluation)) / 2

    assert [(point["value"], point["batch"]) for point in result["lanes"]] == [(8, 1), (16, 1), (8, 2), (16, 2)]
    assert result["lanes"][1]["cycles_per_image"] == predicted(PRESETS["small"], 1)
    assert result["batch"][1]["cycles_per_image"] == predicted(PRESETS["small"], 2)
    narrow = PRESETS["small"].model_copy(update={"network_bits": 32})
    assert result["network_bits"][0]["cycles_per_image"] == predicted(narrow, 1)
    assert all(point["floor_per_image"] < point["cycles_per_image"] for points in result.values() for point in points)


def test_what_the_mapper_refuses_is_recorded_with_its_reason(network):
    base = PRESETS["small"].model_copy(update={"image_words": 2})
    for point in sweeps(network, base)["network_bits"]:
        assert point["cycles_per_image"] is None
        assert "image buffer (image_words)" in point["refusal"]


@pytest.mark.parametrize("preset", ["small", "paper", "wide"])
@pytest.mark.parametrize("lanes", growth.LANES)
def test_lanes_change_words_and_encoders_but_not_the_spikes_that_fit(preset, lanes):
    base = PRESETS[preset]
    config = growth.with_lanes(base, lanes)
    assert config.lanes == lanes
    assert config.spike_words * config.word_neurons == base.spike_words * base.word_neurons
