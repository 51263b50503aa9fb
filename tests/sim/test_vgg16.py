"""The main job: the trained VGG-16 on 128 PEs."""

import pytest

from firstspike.golden.datasets import sample_pictures
from firstspike.quant import models
from firstspike.sim import simulate


@pytest.mark.parametrize("batch, cycles_per_image", [(1, 640_000), (4, 430_000)])
def test_the_full_vgg16_on_128_pes_is_bit_exact_with_the_predicted_and_within_the_promised_cycles(
    batch, cycles_per_image
):
    network_file = models.load("vgg16_cifar10", "paper", batch)
    pictures = sample_pictures.read(4, "a test").pixels[-batch:]
    result = simulate.run(network_file, pictures)
    assert result.divergence is None
    assert result.counter_differences == []
    assert result.cycle_differences == []  # every layer run, every cause
    assert len(result.comparisons) == 16
    assert sum(comparison.compared for comparison in result.comparisons) == 183_818 * batch
    assert result.cycles <= cycles_per_image * batch
