import random

import pytest

from firstspike.golden.codes import ttfs
from firstspike.golden.codes.ttfs import FIRE_THRESHOLD_BITS, FIRE_THRESHOLDS
from firstspike.golden.config import PRESETS
from firstspike.hw.codes import LANE_LATENCY
from firstspike.hw.codes.fire_unit import FireUnit
from tests.hw.stream_devices import drive

OFFSETS = (-128, -127, -50, -9, -1, 0, 1, 7, 40, 99, 127)
VARIANTS = [(32, 21, 24), (32, 21, 31), (32, 18, 24), (24, 18, 7), (23, 21, 1), (32, 6, 24), (8, 6, 31)]


def fire_unit(acc_bits, fraction_bits, time_steps):
    return FireUnit(
        PRESETS["tiny"].model_copy(
            update={"acc_bits": acc_bits, "fraction_bits": fraction_bits, "time_steps": time_steps}
        )
    )


def corners(acc_bits):
    """Every octave's borders and each threshold: the first potential that crosses it, and the two around."""
    values = {0, -1, -(1 << acc_bits - 1), 1, (1 << acc_bits - 1) - 1}
    for octave in range(acc_bits - 1):
        values |= {(1 << octave) - 1, 1 << octave, (1 << octave) + 1}
        for threshold in FIRE_THRESHOLDS:
            crossing = -(-(threshold << octave) >> FIRE_THRESHOLD_BITS)
            values |= {crossing - 1, crossing, crossing + 1}
    return sorted(value for value in values if -(1 << acc_bits - 1) <= value < 1 << acc_bits - 1)


def respond(unit, acc_bits, neurons, seed):
    """(potential with bias, spike) of each (potential, offset); the potential is split into sum and bias at random."""
    choose = random.Random(seed)
    half = 1 << acc_bits - 1
    stimuli = []
    for potential, offset in neurons:
        bias = choose.randrange(-half, half)
        stimuli.append({"bias": bias, "sum": (potential - bias + half) % (2 * half) - half, "offset": offset})
    outputs = drive(unit, stimuli + [{}] * LANE_LATENCY, "potential", "spike")
    return [(outputs[i + 1][0], outputs[i + LANE_LATENCY][1]) for i in range(len(neurons))]


def golden(neurons, fraction_bits, time_steps):
    return [(potential, ttfs.fire(potential, offset, time_steps, fraction_bits)) for potential, offset in neurons]


@pytest.mark.parametrize("acc_bits, fraction_bits, time_steps", VARIANTS)
def test_every_octave_and_mantissa_corner_fires_as_the_definition(acc_bits, fraction_bits, time_steps):
    neurons = [(potential, offset) for potential in corners(acc_bits) for offset in OFFSETS]
    got = respond(fire_unit(acc_bits, fraction_bits, time_steps), acc_bits, neurons, seed=acc_bits)
    differences = [
        (neuron, expected, answer)
        for neuron, expected, answer in zip(neurons, golden(neurons, fraction_bits, time_steps), got)
        if expected != answer
    ]
    assert differences == []


def test_corners_meet_every_spike_time_and_silence():
    spikes = {spike for _, spike in golden([(potential, 0) for potential in corners(32)], 21, 24)}
    assert spikes == {*range(24), ttfs.SILENT}


def test_every_offset_at_a_threshold():
    crossing = -(-FIRE_THRESHOLDS[1] << 12 >> FIRE_THRESHOLD_BITS)
    neurons = [(potential, offset) for potential in (crossing - 1, crossing) for offset in range(-128, 128)]
    assert respond(fire_unit(32, 21, 24), 32, neurons, seed=3) == golden(neurons, 21, 24)


def test_random_neurons():
    choose = random.Random(4)
    neurons = [(choose.getrandbits(31) >> choose.randrange(31), choose.randrange(-30, 30)) for _ in range(3000)]
    assert respond(fire_unit(32, 21, 24), 32, neurons, seed=5) == golden(neurons, 21, 24)


@pytest.mark.parametrize("index", range(len(FIRE_THRESHOLDS)))
def test_a_changed_threshold_is_found(index, monkeypatch):
    neurons = [(potential, 0) for potential in corners(32)]
    expected = golden(neurons, 21, 24)
    thresholds = list(FIRE_THRESHOLDS)
    thresholds[index] += 1
    monkeypatch.setattr(ttfs, "FIRE_THRESHOLDS", tuple(thresholds))
    assert respond(fire_unit(32, 21, 24), 32, neurons, seed=6) != expected
