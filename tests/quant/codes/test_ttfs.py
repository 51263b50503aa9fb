import math

import numpy as np
import pytest

from firstspike.golden import formats
from firstspike.quant.codes.ttfs import (
    QuantisationError,
    QuantisedLayer,
    channel_offsets,
    offsets_without_overflow,
    quantise,
    real_biases,
    real_weights,
)

F = 21


def definition(weights, bias):
    """The rule for one channel, word by word, in plain Python."""
    offset = round(4 * math.log2(max(abs(w) for w in weights)))
    codes = []
    for w in weights:
        magnitude = 15 if w == 0 else max(0, round(-2 * math.log2(abs(w) / 2 ** (offset / 4))))
        codes.append(15 if magnitude > 14 else magnitude + (16 if w < 0 else 0))
    return codes, round(bias * 2 ** (-offset / 4) * 2**F), offset


def test_random_channels_follow_the_rule():
    rng = np.random.default_rng(11)
    weights = rng.normal(0, 1, (300, 40)) * np.exp2(rng.uniform(-12, 8, (300, 40)))
    weights[rng.random(weights.shape) < 0.1] = 0
    biases = rng.normal(0, 1, 300)
    layer = quantise(weights, biases, F, fires=True)
    for channel in range(300):
        codes, bias, offset = definition(weights[channel].tolist(), biases[channel])
        assert layer.weights[channel].tolist() == codes
        assert layer.biases[channel] == bias
        assert layer.offsets[channel] == offset
    assert (layer.weights.dtype, layer.biases.dtype, layer.offsets.dtype) == (np.uint8, np.int64, np.int64)


def test_weights_on_the_grid_come_back_exactly():
    rng = np.random.default_rng(12)
    codes = rng.integers(0, 32, (50, 4, 3, 3), dtype=np.uint8)
    codes[codes == 31] = formats.ZERO_MAGNITUDE
    codes[:, 0, 0, 0] = 0
    offsets = rng.integers(-40, 40, 50)
    weights = real_weights(QuantisedLayer(codes, np.zeros(50), offsets))
    layer = quantise(weights, np.zeros(50), F, fires=True)
    assert np.array_equal(layer.weights, codes)
    assert np.array_equal(layer.offsets, offsets)
    assert np.array_equal(real_weights(layer), weights)


def test_meaning_of_all_codes():
    layer = QuantisedLayer(np.arange(32, dtype=np.uint8)[None], np.zeros(1), np.array([4]))
    values = real_weights(layer)[0]
    for code in range(32):
        magnitude = 0 if code % 16 == 15 else 2 * 2.0 ** (-(code % 16) / 2)
        assert values[code] == (-magnitude if code >= 16 else magnitude)


@pytest.mark.parametrize("fires", [True, False])
def test_a_channel_of_zeros_keeps_its_bias_at_offset_zero(fires):
    layer = quantise(np.zeros((1, 3, 1, 1)), np.array([0.75]), F, fires)
    assert layer.weights.tolist() == [[[[15]], [[15]], [[15]]]]
    assert (layer.biases[0], layer.offsets[0]) == (3 << (F - 2), 0)


def test_a_firing_channel_that_weights_cannot_move_by_one_lsb_depends_on_its_bias_only():
    weights = np.full((1, 4), 2.0**-24)
    assert quantise(weights, np.array([0.5]), F, fires=True).weights.tolist() == [[15] * 4]
    assert quantise(weights, np.array([0.5]), F, fires=True).biases[0] == 1 << (F - 1)
    assert quantise(weights, np.array([0.0]), F, fires=False).weights.tolist() == [[0] * 4]
    assert quantise(2 * weights, np.array([0.0]), F, fires=True).weights.tolist() == [[0] * 4]


@pytest.mark.parametrize(
    "weights, biases, fires, message",
    [
        ([[1.0], [np.nan]], [0, 0], True, "weights must be finite, but channel 1 has nan"),
        ([[1.0], [1.0]], [-np.inf, 0], True, "biases must be finite, but channel 0 has -inf"),
        ([[1.0], [2.0**33]], [0, 0], True, "channel 1: the largest weight is 8.59e.09, .* offset of 132 ticks is not"),
        ([[2.0**-33]], [0], False, "channel 0: the largest weight .* offset of -132 ticks is not in -127..127"),
        ([[1.0], [0.001]], [0, 1.1], True, "channel 1: the bias is .* the channel's unit, which does not fit 32 bits"),
    ],
)
def test_values_outside_the_formats_are_refused_with_their_channel(weights, biases, fires, message):
    with pytest.raises(QuantisationError, match=message):
        quantise(np.array(weights), np.array(biases), F, fires)


def test_given_offsets_are_used_and_their_values_read_back():
    rng = np.random.default_rng(8)
    weights, biases = rng.normal(0, 0.3, (4, 9)), rng.normal(0, 0.3, 4)
    weights[2] = 0
    offsets = channel_offsets(weights) + np.array([-2, -1, 3, 2])
    layer = quantise(weights, biases, 21, fires=True, offsets=offsets)
    assert layer.offsets.tolist() == [*offsets[:2], 0, offsets[3]]
    assert np.allclose(real_biases(layer, 21), biases, atol=1e-5)
    # On the grid of these offsets rounding changes nothing any more.
    again = quantise(real_weights(layer), real_biases(layer, 21), 21, fires=True, offsets=offsets)
    assert np.array_equal(again.weights, layer.weights) and np.array_equal(again.biases, layer.biases)


def bounds(layer, fraction_bits):
    """Smallest and largest potential of each channel, in plain integers."""
    found = []
    for codes, bias in zip(layer.weights.reshape(len(layer.weights), -1).tolist(), layer.biases.tolist()):
        products = [(-1 if code >> 4 else 1) * formats.product(code & 15, 0, fraction_bits) for code in codes]
        found.append((bias + sum(p for p in products if p < 0), bias + sum(p for p in products if p > 0)))
    return found


def test_offsets_are_raised_by_whole_codes_until_the_potential_fits_and_no_further():
    rng = np.random.default_rng(4)
    weights = rng.uniform(0.05, 1, (40, 3000)) * np.where(rng.random((40, 3000)) < rng.random((40, 1)), -1, 1)
    weights[:3, 20:] = 0
    biases = rng.normal(0, 100, 40)
    plain = channel_offsets(weights)
    offsets = offsets_without_overflow(weights, biases, plain, F, 32)
    assert offsets[:3].tolist() == plain[:3].tolist() and (offsets > plain).any()
    assert set((offsets - plain) % 2) == {0}

    def fits(offsets):
        return [
            -1 << 31 <= low and high < 1 << 31 for low, high in bounds(quantise(weights, biases, F, True, offsets), F)
        ]

    assert all(fits(offsets))
    lower = np.where(offsets > plain, offsets - 2, offsets)
    assert [not fitting for fitting in fits(lower)] == (offsets > plain).tolist()


def test_an_offset_is_not_raised_so_far_that_a_channel_loses_its_last_weight():
    weights, biases = np.array([[1.0, 0.5], [1.0, 0.5]]), np.array([1e6, 1023.9])
    offsets = offsets_without_overflow(weights, biases, np.zeros(2, np.int64), F, 32)
    assert offsets.tolist() == [28, 2]
    assert quantise(weights[1:], biases[1:], F, True, offsets[1:]).weights.tolist() == [[1, 3]]
    with pytest.raises(QuantisationError, match="channel 0: the bias is .* the channel's unit, which does not fit 32"):
        quantise(weights, biases, F, True, offsets)
