"""Sums that add up, and counts that do not belong to the schedule."""

from dataclasses import replace

import pytest

from firstspike.golden.config import PRESETS
from firstspike.golden.energy import actions, tables
from firstspike.golden.energy.errors import EnergyError
from firstspike.golden.energy.estimate import Item, estimate, run_energy
from firstspike.golden.energy.operations import CLOCK, DRAM, LEAKAGE
from firstspike.quant.mapper import mapper

CLOCK_HZ = 500_000_000


def make(counted, table="cacti_28nm", dram="hbm2", counts=None, runs=1):
    return estimate(
        counted.network,
        counted.schedule,
        counts or counted.layer_counts,
        counted.layer_cycles,
        tables.load(table),
        dram,
        tables.dram(dram),
        CLOCK_HZ,
        runs,
    )


@pytest.mark.parametrize("table", tables.names())
@pytest.mark.parametrize("batch", [1, 2])
def test_parts_add_up_to_the_total_to_the_last_attojoule(make_counted, table, batch):
    found = make(make_counted(11, batch), table)
    assert all(type(item.count) is int and type(item.price) is int for item in found.items)
    for attribute in ("layer", "component", "group", "action"):
        assert sum(found.by(attribute).values()) == found.total()
    assert found.total() == sum(item.count * item.price for item in found.items) > 0


def test_every_action_is_counted_and_every_count_is_priced(make_counted):
    counted = make_counted(3)
    for occurrences in actions.occurrences(counted.network, counted.schedule, counted.layer_counts, 1):
        assert set(occurrences) == set(actions.actions(counted.schedule.config))


def test_dram_choice_changes_nothing_but_dram(make_counted):
    counted = make_counted(4)
    cheap, dear = make(counted, dram="hbm2"), make(counted, dram="ddr4")
    assert cheap.total() - cheap.total(group=DRAM) == dear.total() - dear.total(group=DRAM)
    assert cheap.total(group=DRAM) * 1245 == dear.total(group=DRAM) * 400


def test_two_runs_cost_twice_as_much_as_one(make_counted):
    counted = make_counted(6)
    one = make(counted)
    doubled = [{name: 2 * value for name, value in counts.items()} for counts in counted.layer_counts]
    twice = make(replace(counted, layer_cycles=[2 * cycles for cycles in counted.layer_cycles]), counts=doubled, runs=2)
    assert twice.items == tuple(replace(item, count=2 * item.count) for item in one.items)
    assert twice.microjoules_per_image == one.microjoules_per_image
    assert twice.watts == one.watts


def test_rates_are_exact_fractions(make_counted):
    found = make(make_counted(8, 2))
    assert found.frames_per_second * found.cycles == 2 * CLOCK_HZ
    assert found.watts * 10**6 == found.microjoules_per_image * found.frames_per_second
    assert found.picojoules_per_sop * found.sops * 10**6 == found.total()


def test_standing_costs_follow_the_cycles(make_counted):
    counted = make_counted(9)
    found = make(counted)
    assert sum(item.count for item in found.items if item.action == LEAKAGE) == sum(counted.layer_cycles)
    assert found.total(action=CLOCK) == 0


def test_an_item_costs_its_count_times_its_price():
    assert Item("conv1", "PE array", "arithmetic", "accumulate_add", 3, 7).energy == 21


@pytest.mark.parametrize(
    "change, message",
    [
        ({"sops": -1}, "expected a count of sops, got -1"),
        ({"sops": 1.5}, "expected a count of sops, got 1.5"),
        ({"sops": None}, "expected a count of sops, got None"),
        (
            {"weight_rows": 1},
            "1 weight_rows counted, but 1 runs of the schedule for configuration random and batch 1 make",
        ),
        ({"potentials_drained": 0}, "the counts belong to another configuration, batch or network"),
    ],
)
def test_wrong_counts_are_named(make_counted, change, message):
    counted = make_counted(10)
    counts = [counted.layer_counts[0] | change, *counted.layer_counts[1:]]
    with pytest.raises(EnergyError, match=f"layer {counted.network.layers[0].name}: .*{message}"):
        make(counted, counts=counts)


@pytest.mark.parametrize("cycles", [-1, 2.0, None])
def test_what_is_no_number_of_cycles_is_named(make_counted, cycles):
    counted = make_counted(10)
    name = counted.network.layers[0].name
    with pytest.raises(EnergyError, match=f"layer {name}: expected a number of cycles, got {cycles}"):
        make(replace(counted, layer_cycles=[cycles, *counted.layer_cycles[1:]]))


def test_counts_of_another_number_of_layers_are_refused(make_counted):
    counted = make_counted(10)
    with pytest.raises(EnergyError, match="expected counts of"):
        make(counted, counts=counted.layer_counts[1:])


def test_counts_of_another_configuration_are_refused(make_counted):
    counted = make_counted(13)
    other = replace(counted, schedule=mapper.schedule(counted.network, PRESETS["paper"]))
    with pytest.raises(EnergyError, match="the counts belong to another configuration, batch or network"):
        make(other)


def test_clock_of_zero_is_refused(make_counted):
    counted = make_counted(10)
    with pytest.raises(EnergyError, match="the clock must be more than 0 Hz, not 0"):
        estimate(
            counted.network,
            counted.schedule,
            counted.layer_counts,
            counted.layer_cycles,
            tables.load("cacti_28nm"),
            "hbm2",
            tables.dram("hbm2"),
            0,
        )


def test_the_energy_of_a_run_is_that_of_its_estimate(make_counted):
    counted = make_counted(6)
    found = make(counted)
    settings = counted.network, counted.schedule, counted.layer_counts, counted.layer_cycles
    assert run_energy(*settings, found.prices) == found.total()
    with pytest.raises(EnergyError, match="expected a number of cycles"):
        run_energy(*settings[:3], [-1] * len(counted.layer_cycles), found.prices)
