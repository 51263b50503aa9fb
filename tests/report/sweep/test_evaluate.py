"""One point: the cycle model and the RTL give the same row."""

import pytest

from firstspike.golden.config import PRESETS
from firstspike.golden.energy import tables
from firstspike.report.cluster import WorkerError
from firstspike.report.sweep import evaluate
from firstspike.report.sweep import sweep_command as command
from firstspike.report.sweep.space import Point, Space
from firstspike.report.sweep.sweep_results import code_digest

SPACE = Space(name="s", base="tiny", images=2, accuracy_images=10)
POINT = Point(fields={}, batch=2)
CLOCK_HZ = 500_000_000


@pytest.fixture(scope="module")
def workload(small_checkpoint):
    return command.workload(SPACE, str(small_checkpoint), 24)[0]


def row(workload, engine, config=PRESETS["tiny"], program=None):
    space = SPACE.model_copy(update={"engine": engine})
    program = program or code_digest(engine)
    return evaluate.evaluate("key", POINT, config, workload, space, tables.load("cacti_28nm"), program)


def test_rtl_and_cycle_model_give_the_same_row(workload):
    assert row(workload, "rtl") | {"engine": "model"} == row(workload, "model")


def test_a_row_has_every_dram_choice_and_exact_energies(workload):
    found = row(workload, "model")
    assert found["fits"] and set(found["energy"]) == {"hbm2", "ddr4"}
    for energy in found["energy"].values():
        assert sum(energy["groups_aj"].values()) == energy["energy_aj"] > 0
    assert found["frames_per_second"] == CLOCK_HZ / found["cycles_per_image"]


def test_a_network_that_does_not_fit_is_a_result(workload):
    found = row(workload, "model", PRESETS["tiny"].model_copy(update={"spike_words": 2}))
    assert not found["fits"] and "spike buffer (spike_words)" in found["reason"]


def test_a_worker_with_another_program_refuses(workload):
    with pytest.raises(WorkerError, match=r"instead of another\): every machine of the cluster"):
        row(workload, "model", program="another")
