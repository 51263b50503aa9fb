import gzip
from pathlib import Path

import pytest

from firstspike.flow.synthesis import liberty
from firstspike.flow.synthesis.synthesis_errors import SynthesisError

CELLS = Path(__file__).parent / "data" / "cells.lib"


def test_cells_are_found_by_what_they_do():
    library = liberty.read([CELLS])
    assert (library.name, library.voltage, len(library.cells)) == ("test_cells", 1.0, 6)
    assert (library.nand2.name, library.inverter.name) == ("NAND2", "INV")
    assert library.clock_gate.clock_gate_pins == {"clock": "CK", "enable": "E", "out": "GCK"}
    assert (library.tie(1).name, library.tie(1).output, library.tie(0)) == ("TIE1", "H", None)
    assert [name for name, cell in library.cells.items() if cell.is_flip_flop] == ["DFF"]


def test_compressed_library_is_the_same(tmp_path):
    compressed = tmp_path / "cells.lib.gz"
    compressed.write_bytes(gzip.compress(CELLS.read_bytes()))
    assert liberty.read([compressed]).cells == liberty.read([CELLS]).cells


@pytest.mark.parametrize(
    "cell, missing",
    [("DFF", "a flip-flop"), ("INV", "an inverter"), ("NAND2", "a two-input NAND (the unit of gate equivalents)")],
)
def test_library_without_a_needed_cell_is_an_error_that_names_it(tmp_path, cell, missing):
    text = CELLS.read_text()
    for name in (cell, "BIG_NAND2"):
        begin = text.index(f"  cell ({name})")
        text = text[:begin] + text[text.index("\n  }\n", begin) + 5 :]
    (tmp_path / "cells.lib").write_text(text)
    with pytest.raises(SynthesisError) as error:
        liberty.read([tmp_path / "cells.lib"])
    assert str(error.value) == f"the library {tmp_path / 'cells.lib'} has 4 cells, but lacks {missing}"


def test_foreign_missing_and_damaged_files_are_errors(tmp_path):
    (tmp_path / "foreign.lib").write_text("hello\n")
    (tmp_path / "damaged.lib.gz").write_text("hello\n")
    with pytest.raises(SynthesisError, match="foreign.lib is not a Liberty file"):
        liberty.read([tmp_path / "foreign.lib"])
    with pytest.raises(SynthesisError, match="cannot read the library .*damaged.lib.gz"):
        liberty.read([tmp_path / "damaged.lib.gz"])
    with pytest.raises(SynthesisError, match="cannot read the library .*none.lib: No such file"):
        liberty.read([tmp_path / "none.lib"])


def test_missing_default_library_says_which_package_has_it(monkeypatch, tmp_path):
    monkeypatch.setattr(liberty, "DEFAULT", tmp_path / "none.lib")
    with pytest.raises(SynthesisError, match="apt-get install qflow-tech-osu018.*LIBERTY=cells.lib"):
        liberty.read([])
