import numpy as np

from golden.network import Layer
from sim import pe_energy

VCD = """$timescale 1ps $end
$scope module pe_bench $end
$scope module dut $end
$var wire 1 ! a $end
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
    assert pe_energy._activity(VCD) == {"a": (2 / 4, 0.75), "bus[0]": (1 / 4, 0.75), "bus[1]": (2 / 4, 0.25)}


def test_operations_are_the_events_of_every_window_that_has_any():
    weights = np.arange(2, dtype=np.uint8).reshape(1, 2, 1, 1)
    layer = Layer("one", weights, np.zeros(1, np.int64), np.zeros(1, np.int64))
    words = np.array([[[3, 31]], [[31, 31]]], np.uint8)
    assert pe_energy.operations(layer, words, channels=1, most=10) == [[(0, 3)]]
    words[1, 0, 0] = 7
    words[1, 0, 1] = 9
    assert pe_energy.operations(layer, words, channels=1, most=10) == [[(0, 3), (1, 7)], [(1, 9)]]
    assert pe_energy.operations(layer, words, channels=1, most=2) == [[(0, 3), (1, 7)]]


def test_pins_of_a_netlist():
    netlist = "  nand2 \\pe.x[0]_cell  (\n    .A(\\pe.a[0] ),\n    .Y(_1_)\n  );\n"
    assert list(pe_energy._pins(netlist)) == [("pe.x[0]_cell/A", "pe.a[0]"), ("pe.x[0]_cell/Y", "_1_")]
