import numpy as np
import pytest
import torch

from firstspike.golden.config import PRESETS
from firstspike.golden.counting import operations
from firstspike.golden.evaluators import fast
from firstspike.golden.network import DIRECT, TTFS
from firstspike.quant.importers import pytorch
from firstspike.quant.importers.importer import import_network, trained_layers
from firstspike.quant.training.saving import checkpoint_of
from firstspike.quant.training.spiking_layer import CLIP, FROZEN
from firstspike.quant.training.spiking_layer import TTFS as TTFS_STAGE
from firstspike.quant.training.spiking_network import SpikingNetwork

CONFIG = PRESETS["tiny"]


@pytest.fixture
def make_network(make_module, data):
    def make(input_coding=DIRECT, batch_norm=True):
        return SpikingNetwork(
            trained_layers(*pytorch.describe(make_module(), data.input_shape)), input_coding, CONFIG, batch_norm
        )

    return make


def test_the_clip_stage_computes_what_the_module_computes(make_network, make_module, data):
    pixels = torch.from_numpy(data.test_pixels)
    module, network = make_module().eval(), make_network(batch_norm=False).eval()
    assert torch.allclose(network(pixels), module(pixels / 256), atol=1e-6)


def test_folding_the_batch_norm_changes_nothing(make_network, data):
    network = make_network()
    pixels = torch.from_numpy(data.test_pixels)
    for _ in range(3):
        network.train()(pixels)
    network.eval()
    before = network(pixels)
    for layer in network.layers:
        layer.fold_batch_norm()
    assert all(layer.batch_norm is None for layer in network.layers)
    assert torch.allclose(network(pixels), before, atol=1e-5)


@pytest.mark.parametrize("input_coding", [DIRECT, TTFS])
def test_the_exported_integers_equal_the_frozen_graph(make_network, data, input_coding):
    network = make_network(input_coding).train()
    network(torch.from_numpy(data.pixels))
    network.enter(FROZEN)
    with torch.no_grad():
        for layer in network.layers:
            layer.bias += 0.03 * torch.randn_like(layer.bias)
    exported, _ = import_network(*checkpoint_of(network, "test", data), CONFIG)
    for layer, graph in zip(exported.layers, network.layers, strict=True):
        assert np.array_equal(layer.weights, graph.codes.numpy())
        assert np.array_equal(layer.offsets, graph.offsets.numpy())
    spikes, potentials, _ = network.evaluate_exactly(torch.from_numpy(data.test_pixels))
    expected = fast.run(exported, data.test_pixels)
    assert all(np.array_equal(a.numpy(), b) for a, b in zip(spikes, expected.spikes, strict=True))
    assert np.array_equal(potentials.detach().numpy(), expected.potentials)
    assert len(np.unique(expected.spikes[0])) > 5


def test_gradients_reach_every_trained_parameter_in_every_stage(make_network, data):
    network = make_network()
    for stage in (CLIP, TTFS_STAGE, FROZEN):
        network.enter(stage)
        network.zero_grad()
        network(torch.from_numpy(data.pixels)).square().sum().backward()
        trained = {name: parameter.grad for name, parameter in network.named_parameters() if parameter.requires_grad}
        assert all(gradient is not None and gradient.abs().sum() > 0 for gradient in trained.values()), trained
        assert any("weight" in name for name in trained) == (stage != FROZEN)


def test_a_stage_cannot_be_entered_again_after_a_later_one(make_network):
    network = make_network()
    network.enter(FROZEN)
    with pytest.raises(ValueError, match="stage ttfs comes before frozen"):
        network.enter(TTFS_STAGE)


def test_expected_sops_count_the_spikes_with_their_fan_out(data):
    torch.manual_seed(3)
    module = torch.nn.Sequential(
        torch.nn.Conv2d(2, 4, 1),
        torch.nn.Hardtanh(0, 1),
        torch.nn.Conv2d(4, 3, 1),
        torch.nn.Hardtanh(0, 1),
        torch.nn.Flatten(),
        torch.nn.Linear(3 * 7 * 6, 3),
    )
    network = SpikingNetwork(trained_layers(*pytorch.describe(module, data.input_shape)), DIRECT, CONFIG, False)
    network.enter(FROZEN)
    network(torch.from_numpy(data.test_pixels))
    exported, _ = import_network(*checkpoint_of(network, "test", data), CONFIG)
    counted = operations.statistics(exported, data.test_pixels, fast.run(exported, data.test_pixels))
    expected = sum(layer["sops"] for layer in counted[1:]) / len(data.test_pixels)
    assert expected > 0
    assert network.expected_sops(data.input_shape[1:]).item() == pytest.approx(expected, rel=1e-6)
