"""The processor's integers inside the training graph: potentials and spike times computed exactly, in float64.

A product depends on `e = 2m + t` only. With the even codes apart from the odd ones it is a power of two of the code
times a table entry of the time, so a layer is two convolutions. Every number is an integer below 2^53.
"""

import torch
from torch.nn import functional

from firstspike.golden import formats
from firstspike.golden.codes import ttfs

TICKS = formats.TICKS_PER_OCTAVE


def events_of_pixels(values):
    """Products of pixels with the weight codes 0 and 1 under direct coding, as real numbers.

    A digit's time is a multiple of four ticks, so the products are exact multiples of the pixel's value.

    Parameters
    ----------
    values : float64 tensor
        p / 256.

    Returns
    -------
    pair of float64 tensors of the same shape
    """
    return tuple(values * formats.PRODUCT_TABLE[2 * code] / (1 << formats.PRODUCT_TABLE_BITS) for code in (0, 1))


def events_of_spikes(times):
    """Products of spikes with the weight codes 0 and 1, as real numbers; 0 where a neuron is silent.

    Parameters
    ----------
    times : int64 tensor
        Spike words.

    Returns
    -------
    pair of float64 tensors of the same shape
    """
    table = torch.tensor(formats.PRODUCT_TABLE, dtype=torch.float64, device=times.device)
    exponents = (times, times + 2)
    return tuple(
        torch.where(
            times == ttfs.SILENT, 0, table[e % TICKS] * torch.exp2(-(e // TICKS).double() - formats.PRODUCT_TABLE_BITS)
        )
        for e in exponents
    )


def split_codes(weights):
    """float64 factors (even, odd) of weight codes, uint8: `2^(-(m - m mod 2)/2)` with the sign, 0 for other codes."""
    magnitudes = (weights & formats.ZERO_MAGNITUDE).long()
    signs = 1 - 2 * (weights >> formats.WEIGHT_SIGN_BIT).double()
    factors = torch.where(magnitudes == formats.ZERO_MAGNITUDE, 0, signs * torch.exp2(-(magnitudes // 2).double()))
    return torch.where(magnitudes % 2 == 0, factors, 0), torch.where(magnitudes % 2 == 1, factors, 0)


def potentials(events, weights, biases, window, fraction_bits):
    """Integer potentials, float64 (N, out_channels, height, width).

    Parameters
    ----------
    events : pair of float64 tensors (N, in_channels, height, width)
        From `events_of_pixels` or `events_of_spikes`.
    weights : uint8 tensor (out_channels, in_channels, kernel_h, kernel_w)
        Weight codes.
    biases : float64 tensor (out_channels,)
        Integers in units of 2^-F.
    window : Window
    fraction_bits : int
    """
    even, odd = split_codes(weights)
    geometry = {"stride": window.stride, "padding": window.padding}
    total = functional.conv2d(events[0], even, **geometry) + functional.conv2d(events[1], odd, **geometry)
    return total * 2.0**fraction_bits + biases[:, None, None]


def spike_times(potentials, offsets, time_steps, fraction_bits):
    """int64 spike words of integer potentials (N, channels, height, width): the fire rule.

    Parameters
    ----------
    offsets : int64 tensor (channels,)
    """
    # frexp gives V = mantissa * 2^exponent with a mantissa from 0.5 to 1.
    mantissa, exponent = torch.frexp(potentials.clamp(min=1))
    leading_one = exponent.long() - 1
    significand = mantissa * (2 << ttfs.FIRE_THRESHOLD_BITS)
    crossed = sum((significand >= threshold).long() for threshold in ttfs.FIRE_THRESHOLDS)
    first_crossing = TICKS * (fraction_bits - leading_one) - crossed
    times = first_crossing - offsets[:, None, None]
    silent = (potentials <= 0) | (times > time_steps - 1)
    return torch.where(silent, ttfs.SILENT, times.clamp(min=0))
