from firstspike.flow.synthesis import blocks

MODULES = {
    "top": {"num_cells_by_type": {"\\lane": 4, "DFF": 2}, "area": 100.0},
    "lane": {"num_cells_by_type": {"\\pe": 2, "NAND2": 1}},
    "pe": {"num_cells_by_type": {"NAND2": 3, "DFF": 1}},
}


def test_cells_below_are_counted_as_often_as_they_occur():
    assert blocks.cells(MODULES, "top") == {"DFF": 2 + 4 * 2, "NAND2": 4 * (1 + 2 * 3)}


def test_area_is_that_of_the_module_and_zero_where_there_is_none():
    assert blocks.area(MODULES, "top") == 100.0
    assert blocks.area(MODULES, "pe") == 0.0
