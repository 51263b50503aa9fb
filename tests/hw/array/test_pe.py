import random
from collections import namedtuple

import pytest

from firstspike.golden import formats
from firstspike.golden.codes import pixel_digits
from firstspike.hw.array.pe import PE
from tests.hw.stream_devices import drive

Operation = namedtuple("Operation", "weight time negative is_event accumulate restart base", defaults=(0,) * 7)

STAGES_BEFORE_ACCUMULATION = PE.LATENCY - 1


def potentials(pe, operations):
    """Potential after each of the operations, of which one enters in every cycle."""
    stimuli = [{} for _ in range(len(operations) + PE.LATENCY + 1)]
    for cycle, operation in enumerate(operations):
        stimuli[cycle] |= {
            "weight": operation.weight,
            "event_time": operation.time,
            "negative": operation.negative,
            "is_event": operation.is_event,
        }
        stimuli[cycle + STAGES_BEFORE_ACCUMULATION] |= {
            "accumulate": operation.accumulate,
            "restart": operation.restart,
            "base": operation.base,
        }
    return [value for (value,) in drive(pe, stimuli, "potential")][PE.LATENCY : PE.LATENCY + len(operations)]


def products(fraction_bits):
    """Signed product by (weight code, event time, event sign), of all that the formats allow at this F."""
    table = {}
    for weight in range(1 << formats.WEIGHT_BITS):
        for time in range(pixel_digits.digit_time(0) + 1):
            try:
                product = formats.product(weight & 15, time, fraction_bits)
            except ValueError:
                continue
            for negative in (0, 1):
                table[weight, time, negative] = -product if (weight >> formats.WEIGHT_SIGN_BIT) ^ negative else product
    return table


def every_product(fraction_bits, acc_bits, seed):
    """One operation for each entry of `products`, each from a random base."""
    choose = random.Random(seed)
    limit = (1 << acc_bits - 1) - (64 << fraction_bits - 6)
    return [
        Operation(*key, is_event=1, accumulate=1, restart=1, base=choose.randrange(-limit, limit))
        for key in products(fraction_bits)
    ]


@pytest.mark.parametrize(
    "fraction_bits, acc_bits, count", [(21, 32, 2112), (18, 24, 2076), (18, 32, 2076), (21, 23, 2112), (6, 8, 376)]
)
def test_every_weight_code_time_and_sign_adds_the_golden_product(fraction_bits, acc_bits, count):
    expected = products(fraction_bits)
    assert len(expected) == count
    operations = every_product(fraction_bits, acc_bits, seed=1)
    got = potentials(PE(fraction_bits, acc_bits), operations)
    assert {key: potential - operation.base for key, operation, potential in zip(expected, operations, got)} == expected


@pytest.mark.parametrize("entry", range(len(formats.PRODUCT_TABLE)))
def test_a_changed_entry_of_the_product_table_is_found_at_its_places(entry, monkeypatch):
    expected = products(21)
    operations = every_product(21, 32, seed=2)
    table = list(formats.PRODUCT_TABLE)
    table[entry] += 1
    monkeypatch.setattr(formats, "PRODUCT_TABLE", tuple(table))
    got = potentials(PE(21, 32), operations)
    wrong = {
        (weight, time)
        for (weight, time, _), operation, potential in zip(expected, operations, got)
        if potential - operation.base != expected[weight, time, operation.negative]
    }
    assert wrong == {
        (weight, time)
        for weight, time, _ in expected
        if weight & 15 != formats.ZERO_MAGNITUDE and (2 * (weight & 15) + time) % 4 == entry
    }


@pytest.mark.parametrize("fraction_bits, acc_bits", [(21, 32), (18, 24)])
def test_visits_accumulate_in_any_order_with_gaps_and_slots_without_event(fraction_bits, acc_bits):
    choose = random.Random(acc_bits)
    table = products(fraction_bits)
    keys = list(table)
    operations, expected = [], []
    potential = None
    for _ in range(4000):
        key = choose.choice(keys)
        accumulate = potential is None or choose.random() < 0.8
        operation = Operation(
            *key,
            is_event=choose.random() < 0.9,
            accumulate=accumulate,
            restart=potential is None or choose.random() < 0.1,
            base=choose.randrange(-1000, 1000),
        )
        if accumulate:
            start = operation.base if operation.restart else potential
            potential = start + (table[key] if operation.is_event else 0)
            potential = (potential + (1 << acc_bits - 1)) % (1 << acc_bits) - (1 << acc_bits - 1)
        operations.append(operation)
        expected.append(potential)
    assert potentials(PE(fraction_bits, acc_bits), operations) == expected
