from hw.synthesis import resources


def document(name, lanes, kge):
    return {"configuration": {"name": name, "lanes": lanes}, "target": "asic", "technology": "test cells", "cells": 1000, "kge": kge,
            "memory_bits": 64, "fmax_mhz": 100.0, "longest_path": {"from": "a", "to": "b"},
            "blocks": [{"module": "firstspike", "instances": 1, "kge": kge},
                       {"module": "firstspike_pe", "instances": lanes, "kge": 1.0}]}


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
