"""Energy from golden counts and from the counters of the RTL: identical."""

import json
from dataclasses import replace

import pytest

from firstspike.golden.config import PRESETS
from firstspike.golden.counting import counters
from firstspike.golden.energy import tables
from firstspike.golden.energy.errors import EnergyError
from firstspike.quant.mapper import mapper
from firstspike.report.energy import rtl_counts
from firstspike.report.energy.material import Material
from firstspike.report.run import run_report as report
from firstspike.sim import simulate

SETTINGS = tables.load("cacti_28nm"), "ddr4", 500_000_000


@pytest.fixture(scope="module", params=[(31, 1), (32, 2)], ids=["batch 1", "batch 2"])
def simulated(request, tiny, make_network_file, tmp_path_factory):
    """Network file, images and the report of an RTL simulation of two runs."""
    seed, batch = request.param
    network_file, images = make_network_file(seed, batch, images=2 * batch)
    result = simulate.run(network_file, images, simulator=tiny)
    path = tmp_path_factory.mktemp("rtl") / "report.json"
    report.write(path, report.document(result, source="random images"))
    return network_file, images, path


def test_energy_from_rtl_counters_equals_energy_from_golden_counts(simulated):
    network_file, images, path = simulated
    network, schedule = network_file.network, network_file.schedule
    found = Material(
        network,
        schedule,
        images,
        None,
        tuple("abcdefghij"),
        "random images",
        *SETTINGS,
        rtl_counts=rtl_counts.load(path, network, schedule),
    )
    assert found.rtl.equal
    assert found.rtl.rtl.total() == found.rtl.golden.total() == found.estimate.total() > 0


def test_one_count_more_is_another_energy(simulated):
    network_file, images, path = simulated
    network, schedule = network_file.network, network_file.schedule
    counts = rtl_counts.load(path, network, schedule)
    wrong = [dict(layer) for layer in counts.layer_counts]
    wrong[0]["sops"] += 1
    found = Material(
        network,
        schedule,
        images,
        None,
        tuple("abcdefghij"),
        "random images",
        *SETTINGS,
        rtl_counts=replace(counts, layer_counts=wrong),
    )
    assert not found.rtl.equal
    assert found.rtl.rtl.total() > found.rtl.golden.total()


def test_counts_of_another_configuration_are_refused(simulated):
    network_file, _, path = simulated
    other = mapper.schedule(network_file.network, PRESETS["small"], network_file.schedule.batch)
    with pytest.raises(EnergyError, match="belong to another configuration: expected small, got tiny"):
        rtl_counts.load(path, network_file.network, other)


def test_counts_of_another_batch_are_refused(simulated):
    network_file, _, path = simulated
    batch = network_file.schedule.batch
    other = mapper.schedule(network_file.network, PRESETS["tiny"], batch + 1)
    with pytest.raises(EnergyError, match=f"belong to another batch: expected {batch + 1}, got {batch}"):
        rtl_counts.load(path, network_file.network, other)


def test_counts_of_another_network_are_refused(simulated):
    network_file, _, path = simulated
    with pytest.raises(EnergyError, match="belong to another model: expected other, got random"):
        rtl_counts.load(path, replace(network_file.network, name="other"), network_file.schedule)


def test_report_of_a_processor_without_counters_is_refused(simulated, tmp_path):
    network_file, _, path = simulated
    content = json.loads(path.read_text())
    for layer in content["layers"]:
        layer |= dict.fromkeys((counter.name for counter in counters.ALL), None)
    bare = tmp_path / "bare.json"
    bare.write_text(json.dumps(content))
    with pytest.raises(EnergyError, match="has no counters"):
        rtl_counts.load(bare, network_file.network, network_file.schedule)


@pytest.mark.parametrize(
    "content, message",
    [
        ("{", "is not a report of `firstspike sim`: JSONDecodeError"),
        ("{}", "is not a report of `firstspike sim`: KeyError 'summary'"),
        ("[]", "is not a report of `firstspike sim`: TypeError"),
    ],
)
def test_file_that_is_no_report_is_refused(simulated, tmp_path, content, message):
    network_file = simulated[0]
    path = tmp_path / "odd.json"
    path.write_text(content)
    with pytest.raises(EnergyError, match=message):
        rtl_counts.load(path, network_file.network, network_file.schedule)


def test_missing_file_is_one_clear_error(simulated, tmp_path):
    network_file = simulated[0]
    with pytest.raises(EnergyError, match="cannot read the simulation report .*none.json: No such file"):
        rtl_counts.load(tmp_path / "none.json", network_file.network, network_file.schedule)
