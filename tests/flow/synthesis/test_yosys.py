from firstspike.flow.synthesis import yosys

MODULES = {
    "top": {"num_cells_by_type": {"\\lane": 4, "DFF": 2}, "area": 100.0},
    "lane": {"num_cells_by_type": {"\\pe": 2, "NAND2": 1}},
    "pe": {"num_cells_by_type": {"NAND2": 3, "DFF": 1}},
}


def test_cells_below_are_counted_as_often_as_they_occur():
    assert yosys.cells(MODULES, "top") == {"DFF": 2 + 4 * 2, "NAND2": 4 * (1 + 2 * 3)}
