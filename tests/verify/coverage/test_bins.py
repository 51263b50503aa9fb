from firstspike.golden.config import PRESETS
from firstspike.golden.counting.counters import CYCLE_CAUSES
from firstspike.verify.coverage import bins
from firstspike.verify.random_networks import cases

TINY = PRESETS["tiny"]


def test_every_bin_of_a_network_is_an_expected_one():
    expected = bins.expected(TINY)
    for seed in range(40):
        network_file = cases.from_seed(seed, TINY).network_file
        counted = [{cause.name: 1 for cause in CYCLE_CAUSES} for _ in network_file.schedule.runs]
        for group, name in bins.of_network(network_file, counted):
            assert name in expected[group], group


def test_a_cause_that_was_not_met_is_not_counted():
    network_file = cases.from_seed(1, TINY).network_file
    counted = [{cause.name: 0 for cause in CYCLE_CAUSES} for _ in network_file.schedule.runs]
    assert not [name for group, name in bins.of_network(network_file, counted) if group == "stall cause met"]
    counted[0]["cycles_wait_drain"] = 7
    found = bins.of_network(network_file, counted)
    assert [name for group, name in found if group == "stall cause met"] == ["cycles_wait_drain"]
    assert found["record", "LAYER"] == len(network_file.schedule.runs)


def test_a_processor_without_protection_has_no_bin_for_memory_errors():
    assert "MEMORY" not in bins.expected(TINY)["outcome of a run"]
    protected = TINY.model_copy(update={"spike_protection": "parity"})
    assert "MEMORY" in bins.expected(protected)["outcome of a run"]
