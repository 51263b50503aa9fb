from pathlib import Path

import numpy as np
import pytest

from golden.network import Layer
from hw.synthesis import asic, liberty
from sim import netlist_power, pe_energy

CELLS = Path(__file__).parents[1] / "hw" / "synthesis" / "data" / "power.lib"


def test_operations_are_the_events_of_every_window_that_has_any():
    weights = np.arange(2, dtype=np.uint8).reshape(1, 2, 1, 1)
    layer = Layer("one", weights, np.zeros(1, np.int64), np.zeros(1, np.int64))
    words = np.array([[[3, 31]], [[31, 31]]], np.uint8)
    assert pe_energy.operations(layer, words, channels=1, most=10) == [[(0, 3)]]
    words[1, 0, 0] = 7
    words[1, 0, 1] = 9
    assert pe_energy.operations(layer, words, channels=1, most=10) == [[(0, 3), (1, 7)], [(1, 9)]]
    assert pe_energy.operations(layer, words, channels=1, most=2) == [[(0, 3), (1, 7)]]


def test_energy_by_the_tables_of_the_library(tmp_path):
    (tmp_path / asic.STA_NETLIST).write_text("  NAND2 y_cell (\n    .A(a),\n    .B(b),\n    .Y(y)\n  );\n")
    (tmp_path / netlist_power.VCD).write_text("""$timescale 1ns $end
$scope module dut $end
$var wire 1 ! a $end
$var wire 1 ? b $end
$var wire 1 % y $end
$upscope $end
$enddefinitions $end
#0
0!
1?
1%
#10
1!
0%
#40
""")
    # One transition of A (1 fF at 2 V) and one of the output because of it (2 pJ) in four cycles.
    assert pe_energy.by_tables(tmp_path, liberty.read([CELLS])) == pytest.approx((2 + 0.002) / 4)
