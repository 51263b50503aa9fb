import numpy as np

from firstspike.golden.codes import pixel_spikes, ttfs
from firstspike.golden.network import DIRECT, TTFS
from firstspike.quant.calibration.spike_values import pixel_values, spike_values


def test_values_are_those_of_the_fire_rule():
    fraction_bits, time_steps = 21, 24
    potentials = np.unique(np.r_[-5, 0, np.geomspace(1, 1 << 23, 4000).astype(np.int64)])
    times = [ttfs.fire(int(potential), 0, time_steps, fraction_bits) for potential in potentials]
    expected = [0 if time == ttfs.SILENT else 2.0 ** (-time / 4) for time in times]
    # The integer thresholds are rounded to 8 bits: potentials this close to one may fall on its other side.
    found = spike_values(potentials * 2.0**-fraction_bits, time_steps)
    position = -4 * np.log2(np.maximum(potentials, 1) * 2.0**-fraction_bits) - 0.5
    clear = np.abs(position - np.rint(position)) > 0.02
    assert clear.mean() > 0.9
    assert np.array_equal(found[clear], np.array(expected)[clear])


def test_pixels_are_fractions_of_256_or_spikes():
    pixels = np.array([0, 1, 100, 255], np.uint8)
    assert pixel_values(pixels, DIRECT, 24).tolist() == [0, 1 / 256, 100 / 256, 255 / 256]
    expected = [
        0 if (time := pixel_spikes.spike_time(int(pixel), 24)) == ttfs.SILENT else 2.0 ** (-time / 4)
        for pixel in pixels
    ]
    assert np.array_equal(pixel_values(pixels, TTFS, 24), np.array(expected, np.float32))
