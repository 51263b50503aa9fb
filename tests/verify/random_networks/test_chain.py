"""The chain of equality: five evaluations in software, the processor in Amaranth and in Verilog, on the same networks.

The gate-level netlist is its last link: `make gates` and `firstspike verify campaign --netlist`.
"""

from dataclasses import replace

import numpy as np
import pytest

from firstspike.golden.config import PRESETS
from firstspike.golden.errors import SimulationError
from firstspike.golden.evaluators import fast, time_stepped
from firstspike.verify.random_networks import cases, chain
from tests.hw.cases import Case, check
from tests.hw.processor_bench import ProcessorBench

SEEDS = range(5000, 5020)
AMARANTH_SEEDS = (5004, 5017)


@pytest.fixture(scope="module")
def some():
    return [cases.from_seed(seed, PRESETS["tiny"]) for seed in SEEDS]


def test_every_link_is_equal_on_random_networks(some, tiny):
    checked = chain.check(some, tiny)
    assert [one.differences for one in checked] == [()] * len(some)
    assert all(one.compared > 0 and one.cycles > 0 for one in checked)
    assert [one.cycles_compared for one in checked] == [case.stall == 0 for case in some]
    assert {link for one in checked for link in one.links} == {"definitions", "time_stepped", "reference", "rtl"}


@pytest.mark.parametrize("seed", AMARANTH_SEEDS)
def test_the_processor_in_amaranth_is_a_link_too(seed):
    case = cases.from_seed(seed, PRESETS["tiny"])
    network, schedule, images = case.network_file.network, case.network_file.schedule, case.images
    images = images[: schedule.batch]
    same = Case(network, schedule, images, fast.run(network, images))
    (outcome,) = ProcessorBench(PRESETS["tiny"]).run(same.session(stall=case.stall, seed=case.stall_seed))
    check(same, outcome)


def test_an_evaluation_that_differs_is_named(some, tiny, monkeypatch):
    run = time_stepped.run

    def wrong(network, images):
        found = run(network, images)
        found.spikes[0][0, 0, 0, 0] ^= 1
        return replace(found, potentials=found.potentials + 1)

    case = next(case for case in some if len(case.network_file.network.layers) > 1)
    monkeypatch.setattr(time_stepped, "run", wrong)
    (checked,) = chain.check([case], tiny)
    assert checked.differences == (
        "time_stepped: 1 spike words of layer layer0 differ",
        "time_stepped: the potentials of the output layer differ",
    )


def test_a_network_stream_that_the_processor_refuses_fails_alone(some, tiny):
    bad = replace(some[1], network_file=replace(some[1].network_file, stream=b"\xff" + some[1].network_file.stream[1:]))
    good, refused, other = chain.check([some[0], bad, some[2]], tiny)
    assert good.differences == other.differences == ()
    assert len(refused.differences) == 1 and refused.differences[0].startswith("rtl: the processor reports BAD_")


def test_definitions_are_left_out_of_large_networks(some, monkeypatch):
    network = some[0].network_file.network
    assert list(chain.software_links(network)) == ["time_stepped", "reference", "definitions"]
    monkeypatch.setattr(chain, "MOST_DEFINED", 1000)
    assert list(chain.software_links(network)) == ["time_stepped", "reference"]


def test_the_error_of_a_simulator_names_the_case(some, tiny, monkeypatch):
    def broken(jobs, simulator):
        raise SimulationError("the assertion")

    monkeypatch.setattr(chain.simulate, "run_all", broken)
    assert [one.differences for one in chain.check(some[:2], tiny)] == [("rtl: the assertion",)] * 2
    assert np.array_equal(some[0].images, cases.from_seed(SEEDS[0], PRESETS["tiny"]).images)
