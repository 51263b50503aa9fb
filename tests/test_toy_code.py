"""A spike code that exists only here (tests/toy_code): its own files and one registration, and everything runs with it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from firstspike import sim
from firstspike.golden import codes, network_file
from firstspike.golden.config import PRESETS, ConfigurationError, HardwareConfig
from firstspike.golden.counting import operations
from firstspike.golden.evaluators import definitions, fast, reference
from firstspike.golden.network import NetworkError
from firstspike.golden.random_networks import random_images, random_network
from firstspike.quant.export import export
from firstspike.quant.importers.architecture import Architecture, ArchitectureError
from firstspike.quant.importers.checkpoint import Checkpoint
from firstspike.quant.mapper import mapper
from tests.toy_code.golden.codes.toy import Toy

TINY = PRESETS["tiny"].model_dump()


@pytest.fixture(autouse=True)
def toy(monkeypatch):
    monkeypatch.setattr(codes, "SPIKES", codes.SPIKES.copy())
    codes.register(Toy())


def trained(rng):
    """Checkpoint and architecture of two convolutions, one of them pooled, and a classifier, with spike code toy."""
    shapes = {"one": (6, 3, 3, 3), "two": (8, 6, 3, 3), "three": (5, 8 * 4 * 4)}
    tensors = {f"{name}.weight": rng.normal(size=shape) for name, shape in shapes.items()}
    tensors |= {f"{name}.bias": rng.normal(size=shape[0]) for name, shape in shapes.items()}
    convolution = {"kind": "convolution", "activation": "clip_0_1", "clip_at": 1.0, "padding": [1, 1]}
    layers = [
        {"name": "one", **convolution},
        {"name": "two", **convolution, "pool": "max_2x2"},
        {"name": "three", "kind": "linear", "activation": "none"},
    ]
    for layer in layers:
        layer |= {"weight": f"{layer['name']}.weight", "bias": f"{layer['name']}.bias"}
    description = {"name": "toy", "input_shape": [3, 8, 8], "spike_code": "toy", "layers": layers}
    return Checkpoint(Path("toy.safetensors"), tensors, {}), Architecture.from_dict(description, "the test")


@pytest.mark.parametrize("seed", range(8))
def test_definitions_reference_and_fast_path_agree(seed):
    rng = np.random.default_rng(seed)
    network = replace(random_network(rng), spike_code="toy")
    images = random_images(rng, network, 2)
    evaluations = [evaluator.run(network, images) for evaluator in (definitions, reference, fast)]
    for found in evaluations[1:]:
        assert [words.tolist() for words in found.spikes] == [words.tolist() for words in evaluations[0].spikes]
        assert found.potentials.tolist() == evaluations[0].potentials.tolist()
    assert {word for words in evaluations[0].spikes for word in np.unique(words)} <= {0, 1}


def test_from_a_checkpoint_to_the_rtl_bit_exact_with_counters_and_predicted_cycles(tmp_path):
    rng = np.random.default_rng(3)
    config = HardwareConfig.from_dict(TINY | {"name": "toy", "spike_code": "toy"})
    exported = export((*trained(rng), {}), config, batch=2)
    network_file.save(tmp_path / "toy.firstspike", exported)
    loaded = network_file.load(tmp_path / "toy.firstspike")
    assert loaded.network.spike_code == "toy"
    images = rng.integers(0, 256, (4, 3, 8, 8), dtype=np.uint8)
    expected = definitions.run(loaded.network, images)
    assert all(0 < words.mean() < 1 for words in expected.spikes)
    counted = operations.statistics(loaded.network, images, expected)
    assert [row["spikes"] for row in counted[:-1]] == [int(words.sum()) for words in expected.spikes]
    result = sim.run(loaded, images)
    assert result.matches, result.divergence or result.counter_differences
    assert result.cycle_differences == []
    assert result.potentials.tolist() == expected.potentials.tolist()


def test_a_processor_without_the_code_refuses_the_network():
    rng = np.random.default_rng(0)
    with pytest.raises(mapper.MappingError, match="spike code"):
        export((*trained(rng), {}), PRESETS["tiny"])


def test_unknown_codes_are_refused_by_name():
    network = random_network(np.random.default_rng(0))
    with pytest.raises(NetworkError, match="spike code must be one of ttfs, toy, not 'morse'"):
        replace(network, spike_code="morse")
    with pytest.raises(ConfigurationError, match="spike code must be one of ttfs, toy, not 'morse'"):
        HardwareConfig.from_dict(TINY | {"spike_code": "morse"})
    _, architecture = trained(np.random.default_rng(0))
    with pytest.raises(ArchitectureError, match="spike code must be one of ttfs, toy, not 'morse'"):
        Architecture.from_dict(architecture.model_dump(mode="json") | {"spike_code": "morse"}, "the test")


def test_calibration_is_refused():
    images = np.zeros((2, 3, 8, 8), np.uint8)
    with pytest.raises(ArchitectureError, match="calibration rounds for the spike code ttfs, not toy"):
        export((*trained(np.random.default_rng(0)), {}), PRESETS["tiny"], calibration=images)
