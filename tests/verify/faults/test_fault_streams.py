import dataclasses

import numpy as np
import pytest

from firstspike.golden.evaluators import fast
from firstspike.golden.evaluators.faults import FaultyEvaluator
from firstspike.golden.streams.network_stream import image_stream
from firstspike.verify.bits import flip
from firstspike.verify.faults import fault_streams as streams
from firstspike.verify.faults import inject, sites


@pytest.mark.parametrize("seed, batch", [(1, 1), (2, 2)])
def test_flips_in_the_network_stream_do_what_the_golden_model_says(faulty, make_mixed_file, seed, batch):
    network_file, images = make_mixed_file(seed, batch, 2 * batch)
    network, schedule = network_file.network, network_file.schedule
    bits, flips = streams.draw(network_file, len(images), "network_stream", 30, np.random.default_rng(seed))
    expected = FaultyEvaluator(network, sites.chunks(network, schedule)).run(images, flips)
    clean = fast.run(network, images)
    assert any(
        (one != other).any()
        for one, other in zip((*expected.spikes, expected.potentials), (*clean.spikes, clean.potentials))
    )
    wrong = dataclasses.replace(network_file, stream=flip(network_file.stream, bits))
    answer = inject.run(faulty, wrong, images, [], expected)
    assert answer.error is None and answer.divergence is None


def test_flips_in_the_image_stream_are_flips_of_pixels(make_mixed_file):
    network_file, images = make_mixed_file(1, 1, 2)
    bits, flips = streams.draw(network_file, 2, "image_stream", 6, np.random.default_rng(1))
    pixels = images
    for one in flips.images:
        pixels = one.apply(pixels)
    assert (pixels != images).any()
    assert flip(image_stream(images), bits) == image_stream(pixels)
