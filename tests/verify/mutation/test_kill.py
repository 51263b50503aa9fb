import pytest

from firstspike.golden.errors import SimulationError
from firstspike.sim import bench
from firstspike.verify.mutation import kill
from firstspike.verify.mutation.checks import Check


def check(name, wrong):
    return Check(name, f"stimulus of {name}", lambda recording: f"{wrong}: {recording}" if wrong else None)


@pytest.fixture
def played(monkeypatch):
    """Function of an error text, or of the cycle that the simulation reaches: what stands in for it."""

    def play(error=None, cycle=0):
        def run_all(simulator, stimuli, on_progress):
            on_progress({"cycle": cycle})
            if error:
                raise SimulationError(error)
            return [stimulus.upper() for stimulus in stimuli]

        monkeypatch.setattr(bench, "run_all", run_all)

    return play


def test_the_first_check_that_finds_a_difference_is_named(played):
    played()
    assert kill.noticed(None, [check("one", None), check("two", "bad"), check("three", "worse")]) == (
        "two: bad: STIMULUS OF TWO"
    )
    assert kill.noticed(None, [check("one", None)]) is None


def test_an_assertion_is_named_by_its_file_without_the_folder(played):
    played("the simulation failed:\n%Error: /home/someone/build/axis_sink.sv:40: Verilog $stop\nAborting...\n")
    assert kill.noticed(None, [check("one", None)]) == "simulation: %Error: axis_sink.sv:40: Verilog $stop"


def test_a_simulation_without_end_is_noticed(played):
    played(cycle=kill.MOST_CYCLES)
    assert kill.noticed(None, [check("one", None)]) is None
    played(cycle=kill.MOST_CYCLES + 1)
    assert kill.noticed(None, [check("one", None)]) == f"simulation: no end after {kill.MOST_CYCLES} cycles"
