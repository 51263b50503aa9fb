"""The main job: the trained VGG-16 on 128 PEs."""

from golden import images
from sim import models, simulate


def test_an_image_through_the_full_vgg16_on_128_pes_is_bit_exact_within_the_promised_cycles():
    network_file = models.load("vgg16_cifar10", "paper")
    cat = images.samples(4, "a test").pixels[3:]
    result = simulate.run(network_file, cat)
    assert result.divergence is None
    assert result.counter_differences == []
    assert len(result.comparisons) == 16
    assert sum(comparison.compared for comparison in result.comparisons) == 183_818
    assert result.cycles <= 640_000
