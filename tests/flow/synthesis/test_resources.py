from pathlib import Path

from firstspike.flow.synthesis import resources


def document(name, lanes, kge, technology="test cells"):
    return {
        "configuration": {"name": name, "lanes": lanes},
        "target": "asic",
        "technology": technology,
        "cells": 1000,
        "kge": kge,
        "memory_bits": 64,
        "fmax_mhz": 100.0,
        "longest_path": {"from": "a", "to": "b"},
        "blocks": [
            {"module": "firstspike", "instances": 1, "kge": kge},
            {"module": "firstspike_pe", "instances": lanes, "kge": 1.0},
        ],
    }


def test_page_shows_totals_and_blocks_side_by_side():
    page = resources.page([document("tiny", 8, 50.0), document("small", 16, 60.5)])
    assert "From tiny to small every lane adds 1.31 kge" in page
    assert "| small | test cells | 16 | 1,000 | 60.5 | 64 | 100.0 | `a` to `b` |" in page
    assert "| `firstspike` | 50.0 x 1 | 60.5 x 1 |" in page
    assert "| `firstspike_pe` | 1.0 x 8 | 1.0 x 16 |" in page
    assert page.index("`firstspike`") < page.index("`firstspike_pe`")


def test_targets_have_sections_of_their_own():
    routed = document("small", 16, 60.5) | {"target": "ecp5", "blocks": []}
    page = resources.page([document("tiny", 8, 50.0), routed])
    assert page.index("## Standard cells") < page.index("## Lattice ECP5") < page.index("What the figures mean")
    assert "no figures for each" in page


def test_cell_libraries_have_sections_of_their_own():
    page = resources.page([document("tiny", 8, 50.0), document("small", 16, 60.5), document("tiny", 8, 7.0, "other")])
    _, first, second, _ = page.split("## ")
    assert first.startswith("Standard cells, test cells\n") and "| 50.0 x 1 | 60.5 x 1 |" in first
    assert second.startswith("Standard cells, other\n") and "| 7.0 x 1 |" in second and "every lane adds" not in second


def test_files_of_one_folder_make_one_library_with_runs_of_its_own():
    one, logic, registers = Path("one/cells.lib"), Path("two/logic.lib"), Path("two/registers.lib")
    assert [run for run in resources.runs([one, logic, registers]) if run[1] == "asic"] == [
        (name, "asic", library, f"{name}-asic-{folder}")
        for name in ("tiny", "small", "paper")
        for library, folder in (([one], "one"), ([logic, registers], "two"))
    ]


def test_without_a_library_debians_is_used():
    assert [run for run in resources.runs([]) if run[1] == "asic"] == [
        (name, "asic", [], f"{name}-asic") for name in ("tiny", "small", "paper")
    ]


def test_fpgas_are_run_once():
    assert ("small", "ecp5", (), "small-ecp5") in list(resources.runs([Path("one/cells.lib"), Path("two/cells.lib")]))
