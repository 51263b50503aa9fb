"""Cells of whole blocks from the cells of single modules."""

from collections import Counter


def cells(modules, name):
    """Cell type -> count in module `name` and everything below it, from `yosys.statistics`."""
    total = Counter()
    for kind, count in modules[name]["num_cells_by_type"].items():
        if kind.removeprefix("\\") in modules:
            for below, number in cells(modules, kind.removeprefix("\\")).items():
                total[below] += number * count
        else:
            total[kind] += count
    return total


def area(modules, name):
    """Area of module `name` and everything below it, in the unit of the library."""
    return modules[name].get("area", 0.0)
