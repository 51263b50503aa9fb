import pytest

from firstspike.golden.config import PRESETS
from firstspike.verify.mutation import checks, kill, rtl

LINE = (
    r"mutate -mode cnot1 -module firstspike_loader -cell $procmux$7952 -port B -portbit 66 -ctrlbit 53 -wire digits "
    r"-wirebit 3 -src v/firstspike_loader.sv:32.14-32.36 -src v/firstspike_loader.sv:68.5-75.12"
)
CLOCK = r"mutate -mode inv -module firstspike_loader -cell \sram -port \clk -portbit 0"
COUNT, SEED = 120, 1
"""As `make mutate` by default, so that both use one compiled simulator."""

TRIED, KILLED = 7, 3
"""At least so many of the first mutants are noticed by the few checks of this test; which ones depends on the RTL."""


def test_a_line_of_yosys_list_is_understood():
    mutant = rtl.parse(LINE, 4)
    assert (mutant.selector, mutant.mode, mutant.module, mutant.cell) == (
        4,
        "cnot1",
        "firstspike_loader",
        "$procmux$7952",
    )
    assert (mutant.port, mutant.bit, mutant.control_bit, mutant.wire) == ("B", 66, 53, "digits")
    assert mutant.source == "firstspike_loader.sv:68" and "mutate" not in mutant.command
    assert mutant.name == "loader: digits B[66] cnot1 by 53"


def test_mutants_of_clock_inputs_are_left_out():
    chosen = rtl.sample([CLOCK, LINE, CLOCK, LINE, LINE], 2)
    assert [mutant.selector for mutant in chosen] == [1, 2] and all(mutant.port == "B" for mutant in chosen)


@pytest.fixture(scope="module")
def mutated():
    return rtl.simulator(PRESETS["tiny"], COUNT, SEED)


@pytest.fixture(scope="module")
def tests():
    """A few of the checks: all malformed streams but those that take long, and the shortest random networks."""
    return [check for check in checks.first_tier(PRESETS["tiny"]) if "TIMEOUT" not in check.name][:20]


def test_the_unmutated_processor_passes_every_check(mutated, tests):
    simulator, mutants = mutated
    assert len(mutants) == COUNT
    assert kill.noticed(rtl.selecting(simulator, rtl.UNMUTATED), tests) is None


def test_most_mutants_are_noticed_even_by_a_few_checks(mutated, tests):
    simulator, mutants = mutated
    noticed = [kill.noticed(rtl.selecting(simulator, mutant.selector), tests) for mutant in mutants[:TRIED]]
    assert sum(found is not None for found in noticed) >= KILLED
