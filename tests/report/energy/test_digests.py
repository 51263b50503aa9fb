"""Two networks or image sets have the same digest only if they are the same."""

from dataclasses import replace

from firstspike.report.energy import digests


def test_a_weight_a_bias_and_a_setting_make_another_network(small_material):
    network = small_material.network
    first, *others = network.layers
    weights = first.weights.copy()
    weights.flat[0] ^= 1
    changed = [
        replace(network, layers=(first.with_weights(weights), *others)),
        replace(network, layers=(replace(first, biases=first.biases + 1), *others)),
        replace(network, time_steps=network.time_steps - 1),
    ]
    found = {digests.of_network(one) for one in (network, *changed)}
    assert len(found) == 4
    assert digests.of_network(replace(network, name="another")) in found


def test_a_pixel_and_a_shape_make_other_images(small_material):
    pixels = small_material.pixels
    changed = pixels.copy()
    changed.flat[-1] ^= 1
    assert len({digests.of_images(one) for one in (pixels, changed, pixels[:, :, None])}) == 3
    assert digests.of_images(pixels.copy()) == digests.of_images(pixels)
