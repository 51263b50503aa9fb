import numpy as np
import torch

from firstspike.golden import formats
from firstspike.golden.codes import pixel_digits, ttfs
from firstspike.golden.geometry import Window
from firstspike.quant.training import exact

F = 21


def test_every_code_and_time_gives_the_product_of_the_formats():
    codes = torch.arange(32, dtype=torch.uint8).view(32, 1, 1, 1)
    zero = torch.zeros(32, dtype=torch.float64)
    for time in (*range(31), ttfs.SILENT):
        events = exact.events_of_spikes(torch.full((1, 1, 1, 1), time))
        found = exact.potentials(events, codes, zero, Window((1, 1)), F).flatten().tolist()
        expected = [
            0 if time == ttfs.SILENT else (-1 if code >> 4 else 1) * formats.product(code & 15, time, F)
            for code in range(32)
        ]
        assert found == expected, f"time {time}"


def test_every_pixel_and_code_gives_the_sum_over_its_digits():
    codes = torch.arange(15, dtype=torch.uint8).view(15, 1, 1, 1)
    pixels = torch.arange(256, dtype=torch.float64).view(256, 1, 1, 1) / 256
    found = exact.potentials(
        exact.events_of_pixels(pixels), codes, torch.zeros(15, dtype=torch.float64), Window((1, 1)), F
    )
    digits = pixel_digits.digits(np.arange(256)).astype(int)
    products = np.array(
        [
            [formats.product(code, pixel_digits.digit_time(digit), F) for code in range(15)]
            for digit in range(pixel_digits.DIGITS)
        ]
    )
    assert np.array_equal(found[:, :, 0, 0].numpy(), digits @ products)


def test_spike_times_follow_the_fire_rule_at_every_border():
    powers = [1 << bit for bit in range(29)]
    potentials = sorted(
        {
            -3,
            0,
            *(
                power * threshold // 256 + step
                for power in powers
                for threshold in ttfs.FIRE_THRESHOLDS
                for step in (-1, 0, 1)
            ),
            *powers,
        }
    )
    offsets = torch.tensor([-5, 0, 3])
    tensor = torch.tensor(potentials, dtype=torch.float64).view(-1, 1, 1, 1).expand(-1, 3, 1, 1)
    found = exact.spike_times(tensor, offsets, 24, F)[:, :, 0, 0].tolist()
    assert found == [[ttfs.fire(potential, int(offset), 24, F) for offset in offsets] for potential in potentials]
