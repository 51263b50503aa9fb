from pathlib import Path

import pytest

from firstspike.flow.synthesis import cell_power, liberty
from firstspike.flow.synthesis.synthesis_errors import SynthesisError

CELLS = Path(__file__).parent / "data" / "power.lib"


@pytest.fixture(scope="module")
def cells():
    return cell_power.read(liberty.read([CELLS]))


def test_pins_and_units(cells):
    assert cells["NAND2"].capacitance == {"A": pytest.approx(1e-3), "B": pytest.approx(1e-3)}
    assert cells["INV"].leakage == [("A", pytest.approx(1e-8)), (None, pytest.approx(3e-8))]
    assert cells["DFF"].leakage == [(None, pytest.approx(5e-8))]
    assert (cells["DFF"].clock, cells["DFF"].data, list(cells["DFF"].outputs)) == ("CK", "D", ["Q"])
    assert (cells["GATE"].clock, cells["GATE"].data, cells["GATE"].is_clock_gate) == ("CK", None, True)
    assert [(entry.related, entry.when) for entry in cells["DFF"].energies["CK"]] == [
        (None, "D*Q"),
        (None, "!D*!Q"),
        (None, None),
    ]


def test_tables_are_interpolated_by_slew_and_load_and_held_at_their_border(cells):
    (transition,) = cells["INV"].arcs["Y"]
    assert transition.rise.at(0, 0) == 1
    assert transition.rise.at(0.5, 0.005) == pytest.approx(2.5)
    assert transition.rise.at(9, 0.0025) == pytest.approx(3.25)
    (energy,) = cells["INV"].energies["Y"]
    # The load is its first axis, and in femtofarad.
    assert energy.rise.at(1, 0) == pytest.approx(2)
    assert energy.rise.at(0, 0.005) == pytest.approx(2)
    assert energy.rise.at(9, 9) == 7
    assert energy.fall.at(1, 1) == 0


def test_probability_of_a_condition_over_independent_and_dependent_pins():
    joint = {
        ("A",): {(False,): 0.75, (True,): 0.25},
        ("D", "Q"): {(False, False): 0.5, (True, True): 0.5, (False, True): 0.0, (True, False): 0.0},
    }
    assert cell_power.probability("A", joint) == 0.25
    assert cell_power.probability("A * D", joint) == 0.125
    assert cell_power.probability("D * Q", joint) == 0.5
    assert cell_power.probability("D ^ Q", joint) == 0


def test_another_unit_of_voltage_and_a_damaged_file_are_errors(tmp_path):
    for damage in (("1V", "1mV"), ("capacitive_load_unit", "other_unit")):
        (tmp_path / "cells.lib").write_text(CELLS.read_text().replace(*damage))
        with pytest.raises(SynthesisError, match="cells.lib: cannot read the power of its cells: "):
            cell_power.read(liberty.read([tmp_path / "cells.lib"]))
