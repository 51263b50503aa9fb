import numpy as np
import pytest

from firstspike.golden import formats
from firstspike.golden.codes import pixel_digits, ttfs
from firstspike.golden.codes.definitions import pixel_digits as defined_digits
from firstspike.golden.codes.definitions import ttfs as defined
from firstspike.golden.evaluators import definitions, fast
from firstspike.golden.evaluators.evaluation import InputError
from firstspike.golden.network import NetworkError
from firstspike.golden.random_networks import random_images, random_network
from tests import inexact_networks


@pytest.mark.parametrize("seed", range(8))
def test_definitions_equal_the_fast_path(seed):
    rng = np.random.default_rng(seed)
    network = random_network(rng)
    images = random_images(rng, network, 2)
    found, expected = definitions.run(network, images), fast.run(network, images)
    assert [words.tolist() for words in found.spikes] == [words.tolist() for words in expected.spikes]
    assert found.potentials.tolist() == expected.potentials.tolist()
    assert [words.dtype for words in found.spikes] == [words.dtype for words in expected.spikes]


@pytest.mark.parametrize("time_steps, fraction_bits", [(24, 21), (31, 18), (1, 6)])
def test_fire_rule_at_and_around_every_threshold(time_steps, fraction_bits):
    borders = [-(-threshold << bits >> 8) for bits in range(31) for threshold in (256, *ttfs.FIRE_THRESHOLDS)]
    for potential in {border + step for border in borders for step in (-1, 0, 1)} | {-1, 0, 1, 2**31 - 1, -(2**31)}:
        for offset in (-127, -9, 0, 5, 127):
            assert defined.fire(potential, offset, time_steps, fraction_bits) == ttfs.fire(
                potential, offset, time_steps, fraction_bits
            )


def test_products_of_all_codes_and_times():
    for time in range(33):
        for code in range(32):
            sign, magnitude = -1 if code & 16 else 1, code & 15
            assert definitions.product(code, time, 21) == sign * formats.product(magnitude, time, 21)


def test_digits_of_all_pixels():
    for pixel in range(256):
        digits = defined_digits.signed_digits(pixel)
        assert digits + [0] * (pixel_digits.DIGITS - len(digits)) == pixel_digits.digits(np.uint8(pixel)).tolist()


@inexact_networks.refused
def test_a_network_that_is_not_exact_is_refused(network, message):
    with pytest.raises(NetworkError, match=message):
        definitions.run(network, np.zeros((1, 1, 1, 1), np.uint8))


def test_images_of_another_shape_are_refused():
    network = random_network(np.random.default_rng(1))
    with pytest.raises(InputError, match="expected images"):
        definitions.run(network, np.zeros((1, 1, 1, 1), np.uint8))
