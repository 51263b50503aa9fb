"""The other designs, against their own assumptions."""

import pytest

from firstspike.golden.energy import comparison, tables
from firstspike.golden.energy.estimate import estimate
from firstspike.golden.energy.operations import DRAM


@pytest.fixture(scope="module")
def designs(make_counted):
    counted = make_counted(21, 2)
    table = tables.load("cacti_28nm")
    own = estimate(
        counted.network,
        counted.schedule,
        counted.layer_counts,
        counted.layer_cycles,
        table,
        "hbm2",
        tables.dram("hbm2"),
        500_000_000,
    )
    return (
        counted,
        own,
        comparison.dense_ann(counted.network, counted.schedule, counted.statistics, own, table),
        comparison.sorting_snn(counted.network, counted.schedule, counted.layer_counts, counted.statistics, own, table),
    )


def test_groups_of_a_design_add_up(designs):
    for design in designs[2:]:
        groups = {item.group for item in design.items}
        assert sum(design.total(group) for group in groups) == design.total() > 0


def test_dense_ann_computes_every_synapse_of_every_position(designs):
    counted, _, ann, _ = designs
    macs = sum(item.count for item in ann.items if item.action == "mac")
    assert macs == sum(row["dense_operations"] for row in counted.statistics)


def test_dense_ann_reads_every_weight_once_a_batch(designs):
    counted, _, ann, _ = designs
    channels, height, width = counted.network.input_shape
    layers = counted.network.layers
    bits = (
        8 * sum(layer.weights.size for layer in layers)
        + 32 * sum(layer.out_channels for layer in layers)
        + 2 * 8 * channels * height * width
        + 2 * 32 * layers[-1].out_channels
    )
    assert sum(item.count for item in ann.items if item.group == DRAM) == bits


def test_sorting_design_differs_only_where_it_says_so(designs):
    _, own, _, sorting = designs
    theirs = {(item.layer, item.action): item for item in sorting.items}
    ours = {(item.layer, item.action): item for item in own.items}
    shared = theirs.keys() & ours.keys()
    assert all(theirs[key] == ours[key] for key in shared)
    assert {action for _, action in ours.keys() - shared} <= {
        "accumulator_register",
        "potential_restart",
        "partial_sums_read",
        "partial_sums_write",
    }
    assert {action for _, action in theirs.keys() - shared} == {
        "sort_compare",
        "sort_read",
        "sort_write",
        "potential_read",
        "potential_write",
    }


def test_sorting_design_reads_and_writes_potentials_for_every_event(designs):
    counted, _, _, sorting = designs
    for name in ("potential_read", "potential_write"):
        assert sum(item.count for item in sorting.items if item.action == name) == sum(
            counts["weight_reads"] for counts in counted.layer_counts
        )
