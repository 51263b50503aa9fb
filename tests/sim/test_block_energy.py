"""What is recorded of the blocks is what the golden model counts."""

import pytest

from golden.energy import actions
from golden.network_file import NetworkFile
from sim import block_energy
from tests.hw.cases import small_case
from tests.hw.test_processor import WATCHFUL


@pytest.fixture(scope="module")
def case():
    return small_case(11, WATCHFUL)


@pytest.fixture(scope="module")
def recordings(case):
    return block_energy.record(NetworkFile(case.network, case.schedule, case.stream), case.images)


def test_recordings_hold_what_the_golden_model_counts(case, recordings):
    counts = {name: sum(run[name] for run in case.counts) for name in case.counts[0]}
    loader, = recordings[actions.LOADER]
    assert sum(cycle["row_write"] for cycle in loader.cycles) == counts["weight_rows"]
    generators = recordings[actions.GENERATOR]
    assert len(generators) == WATCHFUL.clusters
    is_event = 1    # the slot's lowest bit
    assert sum(cycle["slot_valid"] & cycle["slot"] & is_event
               for generator in generators for cycle in generator.cycles) == counts["events"]
    encoder, = recordings[actions.ENCODER]
    assert sum(cycle["spike_write"] for cycle in encoder.cycles) == counts["spike_words_written"]
    assert len({len(recording.cycles) for instances in recordings.values() for recording in instances}) == 1


def test_values_of_inputs_and_outputs_are_packed_apart():
    recording = block_energy.Recording({"a": (True, 3), "x": (False, 2), "b": (True, 4)}, [])
    values = {"a": 5, "x": -1, "b": -7}
    assert block_energy._packed(recording, values, True) == 5 | 9 << 3
    assert block_energy._packed(recording, values, False) == 3
