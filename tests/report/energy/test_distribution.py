"""Runs add up to the summary to the last attojoule, and the spread is that of the runs."""

import pytest

from firstspike.golden.energy.units import MICROJOULE
from firstspike.report.energy import distribution


@pytest.mark.parametrize("batch", [1, 2])
def test_runs_add_up_to_the_estimate(make_material, batch):
    material = make_material(batch=batch)
    rows = distribution.runs(material)
    assert [row["first_image"] for row in rows] == list(range(0, 4, batch))
    assert sum(row["images"] for row in rows) == 4
    assert sum(row["cycles"] for row in rows) == material.estimate.cycles
    assert sum(row["energy_aj"] for row in rows) == material.estimate.total()
    assert len({row["energy_aj"] for row in rows}) > 1


def test_spread_is_of_means_per_image():
    rows = [{"cycles": cycles, "energy_aj": cycles * MICROJOULE, "images": 2} for cycles in (2, 4, 12)]
    cycles, energy = distribution.spread(rows)
    assert cycles == {"what": "cycles per image", "unit": "cycles", "least": 1, "median": 2, "mean": 3, "most": 6}
    assert [energy[name] for name in ("unit", "least", "median", "mean", "most")] == ["uJ", 1, 2, 3, 6]
