import json
from pathlib import Path

import numpy as np
import pytest

from firstspike.flow.power import power_section as document
from firstspike.golden import formats
from firstspike.golden.codes import pixel_digits, ttfs
from firstspike.golden.datasets import digits
from firstspike.golden.evaluators import fast
from firstspike.quant import models

ROOT = Path(__file__).parents[3]
RESET_CYCLES = 9
"""Every gate is open in reset: the eight cycles of recorder.sv and one of the register in the test bench."""
EVIDENCE = json.loads((ROOT / "docs" / "energy" / "netlist.json").read_text())


def block(name, clock, open_gates, resting):
    return {
        "block": name,
        "cells": 10,
        "picojoules": {"clock": clock, "registers": 1.0, "logic": 2.0},
        "picojoules_gates_open": {"clock": open_gates, "registers": 1.0, "logic": 2.0},
        "picojoules_resting": {"clock": resting, "registers": 0.0, "logic": 0.0},
        "leakage_uw": 50.0,
    }


MEASURED = {
    "technology": "cells",
    "voltage": 1.2,
    "configuration": "tiny",
    "network": "digits",
    "images": 2,
    "cycles": 1000,
    "lanes": 4,
    "sops": 2000,
    "lane_utilisation": 0.5,
    "clock_mhz": 100.0,
    "blocks": [block("PEs", 5.0, 9.0, 2.0), block("clusters without their PEs", 1.0, 1.0, 1.0)],
    "pe_clock_gates": [{"registers": "sum", "gates": 4, "bits": 128, "openings": 1000, "open": 0.25}],
}


def test_figures_per_operation():
    text = document.section(MEASURED)
    for line in (
        "| PEs, whole run | **4.00** |",
        "| of it clock | 2.50 |",
        "| PEs, cycles with work only | 3.50 |",
        "| PEs, leakage at 100 MHz | 0.2500 |",
        "| PEs with all clock gates open | 6.00 |",
        "| rest of the clusters, memories left out | 2.00 |",
        "| whole netlist, memories left out | 6.00 |",
        "| sum | 4 | 128 | 1,000 | 25.0% | 75.0% |",
        "| PEs | 10 | 5.00 | 1.00 | 2.00 | 8.00 | 12.00 | 2.00 |",
        "| all | 20 | 6.00 | 2.00 | 4.00 | 12.00 | 16.00 | 3.00 |",
    ):
        assert line in text.splitlines()
    assert "Clock gates save 33% of the PEs' energy" in text and "and 25% of the whole netlist's" in text


def test_only_its_section_of_a_page_is_replaced():
    page = f"# Page\n\n{document.HEADING}\n\nold\n\n## Next\n\n## Last\n"
    replaced = document.replace(page, f"{document.HEADING}\n\nnew\n")
    assert replaced == f"# Page\n\n{document.HEADING}\n\nnew\n\n## Next\n\n## Last\n"
    assert document.replace(replaced, f"{document.HEADING}\n\nnew\n") == replaced
    with pytest.raises(ValueError, match="no section"):
        document.replace("# Page\n", "new")


def test_the_published_section_is_that_of_the_published_figures():
    assert document.section(EVIDENCE) in (ROOT / "docs" / "energy.md").read_text()


def test_the_published_figures_add_up():
    operations = EVIDENCE["lanes"] * EVIDENCE["cycles"] * EVIDENCE["lane_utilisation"]
    assert operations == pytest.approx(EVIDENCE["sops"], rel=1e-3)
    for one in EVIDENCE["blocks"]:
        measured, ungated, resting = (
            sum(one[key].values()) for key in ("picojoules", "picojoules_gates_open", "picojoules_resting")
        )
        assert resting <= measured <= ungated


def test_the_gates_of_the_published_run_opened_once_for_every_operation_whose_weight_is_not_zero():
    network = models.load("digits", "tiny").network
    pixels = digits.test(EVIDENCE["images"]).pixels
    spikes = fast.run(network, pixels).spikes
    events = np.count_nonzero(pixel_digits.digits(np.arange(256)), axis=-1)[pixels]
    operations = 0
    for layer, fired in zip(network.layers, [None, *spikes]):
        inputs = events if fired is None else (fired != ttfs.SILENT).astype(int)
        (height, width), (pad_y, pad_x) = layer.window.kernel, layer.window.padding
        used = [size // 2 * 2 if layer.pool else size for size in layer.conv_map(inputs.shape[2:])]
        padded = np.pad(inputs, ((0, 0), (0, 0), (pad_y, pad_y), (pad_x, pad_x)))
        counts = (layer.weights & formats.ZERO_MAGNITUDE != formats.ZERO_MAGNITUDE).sum(axis=0)
        assert layer.window.stride == 1
        for y, x in np.ndindex(height, width):
            taken = padded[:, :, y : y + used[0], x : x + used[1]].sum(axis=(0, 2, 3))
            operations += int(taken @ counts[:, y, x])
    first, _, second = EVIDENCE["pe_clock_gates"]
    assert (first["registers"], second["registers"]) == ("exponent, subtract_1", "product, subtract_2")
    assert first["openings"] == second["openings"] == operations + EVIDENCE["lanes"] * RESET_CYCLES
