import numpy as np
import torch

from firstspike.quant.calibration.spike_values import spike_values as numpy_spike_values
from firstspike.quant.codes.ttfs import quantise, real_weights
from firstspike.quant.training.quantisers import fires, log_weights, spike_values


def test_spike_values_are_those_of_the_fire_rule_and_gradients_those_of_the_clipped_relu():
    potentials = np.r_[-1, 0, 0.01, 0.016, 0.0174, 0.3, 0.91, 0.92, 1, 1.2, np.random.default_rng(1).random(1000)]
    tensor = torch.tensor(potentials, requires_grad=True)
    values = spike_values(tensor, 24)
    # Two libraries' powers of two may differ in the last bit; the times may not.
    expected, found = numpy_spike_values(potentials, 24), values.detach().numpy()
    assert np.array_equal(found == 0, expected == 0)
    assert np.array_equal(np.rint(-4 * np.log2(found[found > 0])), np.rint(-4 * np.log2(expected[expected > 0])))
    values.backward(torch.full_like(tensor, 3))
    assert np.array_equal(tensor.grad.numpy(), np.where((potentials > 0) & (potentials < 1), 3, 0))


def test_a_potential_fires_where_its_spike_has_a_value():
    potentials = torch.linspace(-0.1, 1.2, 3000, dtype=torch.float64, requires_grad=True)
    spikes = fires(potentials, 24)
    assert torch.equal(spikes, (spike_values(potentials, 24) > 0).double())
    spikes.sum().backward()
    assert potentials.grad.sum() > 0


def test_log_weights_are_those_of_the_export_and_pass_the_gradient():
    weights = np.random.default_rng(2).normal(0, 0.1, (6, 3, 3, 2))
    weights[2] = 0
    weights[3, 0, 0, 0] = 1e-9
    tensor = torch.tensor(weights, requires_grad=True)
    rounded = log_weights(tensor)
    expected = real_weights(quantise(weights, np.zeros(6), 21, fires=True))
    assert np.allclose(rounded.detach().numpy(), expected, rtol=1e-14, atol=0)
    gradient = torch.randn_like(tensor)
    rounded.backward(gradient)
    assert torch.equal(tensor.grad, gradient)
