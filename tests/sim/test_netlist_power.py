import pytest

from sim import netlist_power
from sim.errors import SimulationError

VCD = """$timescale 1ps $end
$scope module pe_bench $end
$scope module dut $end
$var wire 1 ! a $end
$var wire 1 ! same_as_a $end
$var wire 2 " bus [1:0] $end
$scope module cell_1 $end
$var wire 1 # inside $end
$upscope $end
$upscope $end
$upscope $end
$enddefinitions $end
#0
0!
b00 "
#10000
1!
b11 "
#20000
b01 "
#40000
0!
"""


def test_activity_counts_transitions_a_cycle_and_the_share_of_time_high():
    assert netlist_power.activity(VCD.splitlines(keepends=True)) == {
        "a": (2 / 4, 0.75), "same_as_a": (2 / 4, 0.75), "bus[0]": (1 / 4, 0.75), "bus[1]": (2 / 4, 0.25)}


def test_a_trace_without_an_end_of_its_declarations_is_refused():
    with pytest.raises(SimulationError, match="the trace of the netlist has no end of its declarations"):
        netlist_power.activity(VCD.partition("$enddefinitions")[0].splitlines(keepends=True))
