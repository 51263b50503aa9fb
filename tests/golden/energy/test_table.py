"""Prices computed by hand from small tables."""

from fractions import Fraction

import pytest

from firstspike.golden.energy.errors import EnergyError
from firstspike.golden.energy.operations import ARITHMETIC, Action, Operation
from firstspike.golden.energy.table import Table


def entry(action, value, **more):
    return {
        "action": action,
        "value": value,
        "unit": "pJ",
        "node": "45 nm",
        "voltage": "0.9 V",
        "source": "test",
        "checked": "own",
    } | more


def table(*entries, **more):
    return Table.model_validate({"name": "test", "title": "test", "entries": entries} | more)


def price(priced, *operations, name="event"):
    return priced.price(Action(name, "somewhere", ARITHMETIC, operations)).attojoules


def test_widths_between_two_entries_are_interpolated_and_others_are_proportional():
    adders = table(entry("add", 1, bits=8), entry("add", 3, bits=16))
    assert [price(adders, Operation("add", bits)) for bits in (4, 8, 12, 16, 32)] == [
        500_000,
        1_000_000,
        2_000_000,
        3_000_000,
        6_000_000,
    ]


def test_an_entry_without_width_holds_for_any():
    assert price(table(entry("add", 0.9)), Operation("add", 7)) == 900_000


def test_operations_add_up():
    priced = table(entry("add", 1, bits=8), entry("shift", 0.5, bits=8))
    assert price(priced, Operation("add", 8, times=3), Operation("shift", 16)) == 4_000_000


def test_a_price_of_the_whole_action_wins():
    assert price(table(entry("add", 1, bits=8), entry("event", 7)), Operation("add", 8)) == 7_000_000


def test_memories_grow_with_the_square_root_of_their_capacity_and_with_their_width():
    # words of 64 bits: 1024 rows are 8 KB
    memories = table(entry("sram_read", 10, bits=64, kilobytes=8), entry("sram_read", 20, bits=64, kilobytes=32))
    read = [
        price(memories, Operation("sram_read", bits, rows=rows))
        for bits, rows in ((64, 1024), (32, 1024), (64, 4096), (64, 256), (160, 4096))
    ]
    assert read == [10_000_000, 5_000_000, 20_000_000, 5_000_000, 50_000_000]


def test_scaled_entry_is_multiplied_by_the_computed_factor():
    scaled = table(entry("add", 0.1, bits=32, scaling={"family": "HP", "node": "28 nm", "voltage": "0.9 V"}))
    assert price(scaled, Operation("add", 32)) == 53_186


def test_leakage_is_power_times_one_cycle():
    leaky = table(entry("sram_leakage", 2, unit="mW", kilobytes=100))
    # 2 mW per 100 KB, 50 KB: 1 mW, at 500 MHz 2 pJ a cycle
    assert leaky.leakage(Fraction(50), 500_000_000).attojoules == 2_000_000


def test_what_a_table_leaves_out_costs_nothing_and_says_so():
    priced = table(
        entry("add", 1, bits=8), omits={"register": "not measured", "clock": "no clock", "sram_leakage": "cold"}
    )
    whole = priced.price(Action("event", "", ARITHMETIC, (Operation("add", 8), Operation("register", 8))))
    assert whole.attojoules == 1_000_000
    assert "register left out: not measured" in whole.derivation
    assert priced.price(Action("clock", "", ARITHMETIC)).attojoules == 0
    assert priced.leakage(Fraction(1), 1).attojoules == 0


def test_an_action_without_a_price_is_named():
    priced = table(entry("add", 1, bits=8))
    with pytest.raises(
        EnergyError,
        match="energy table test has no price for event: expected an entry 'event', or one 'shift' of which it is made",
    ):
        price(priced, Operation("add", 8), Operation("shift", 8))
    with pytest.raises(EnergyError, match="no price for clock"):
        priced.price(Action("clock", "", ARITHMETIC))
    with pytest.raises(EnergyError, match="no price for sram_leakage"):
        priced.leakage(Fraction(1), 1)


@pytest.fixture
def measured():
    """A table with one measured price and a fallback for the rest."""
    literature = table(
        entry("add", 1, bits=8),
        entry("sram_leakage", 2, unit="mW", kilobytes=100),
        name="literature",
        omits={"clock": "no clock"},
    )
    return table(
        entry("accumulate_add", 7), name="measured", fallback=literature, omits={"register": "in accumulate_add"}
    )


def test_what_a_table_lacks_is_priced_by_its_fallback_and_says_so(measured):
    own = measured.price(Action("accumulate_add", "", ARITHMETIC, (Operation("add", 8),)))
    assert (own.attojoules, own.derivation) == (7_000_000, "accumulate_add 7 pJ")
    other = measured.price(Action("event", "", ARITHMETIC, (Operation("add", 8, times=2), Operation("register", 8))))
    assert other.attojoules == 2_000_000
    assert other.derivation == (
        "not in measured, from literature: 2 x add of 8 bits from add 8 b 1 pJ; register left out: in accumulate_add"
    )
    leakage = measured.leakage(Fraction(50), 500_000_000)
    assert leakage.attojoules == 2_000_000
    assert leakage.derivation.startswith("not in measured, from literature: 50.0 KB")
    assert measured.price(Action("clock", "", ARITHMETIC)).derivation == (
        "not in measured, from literature: left out: no clock"
    )


def test_an_action_that_the_fallback_lacks_too_is_named(measured):
    assert measured.prices("clock") and not measured.prices("shift")
    with pytest.raises(
        EnergyError,
        match="energy table measured has no price for event: expected an entry 'event', or "
        "one 'shift' of which it is made",
    ):
        price(measured, Operation("shift", 8))
