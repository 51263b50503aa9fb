"""`python -m hw synth` with its real tools, on a processor with one lane; tests of the parts are beside this file."""

import json

import pytest
from click.testing import CliRunner

from golden.config import HardwareConfig
from hw.__main__ import main
from hw.synthesis import report

ONE_LANE = HardwareConfig(
    name="one_lane", lanes=1, clusters=1, time_steps=16, acc_bits=28, fraction_bits=20, ring_rows=64, tile_positions=2,
    drain_positions=2, encoders=1, word_neurons=1, spike_words=64, image_words=16, network_bits=32, watchdog_cycles=256,
    counters=False, trace=False)
MEMORIES = {(64, 5): 2, (16, 32): 1, (4, 28 + 12): 1, (2, 28): 2}
"""(rows, bits): how many; weights and spikes, image, parameters, partial sums and drained potentials."""


@pytest.fixture(scope="module")
def synthesise(tmp_path_factory):
    """Function of command line arguments: (what the command printed, its report)."""
    directory = tmp_path_factory.mktemp("synthesis")
    (directory / "one_lane.json").write_text(ONE_LANE.to_json())

    def synthesise(*arguments):
        output = directory / "-".join(arguments).replace("/", "_")
        outcome = CliRunner().invoke(main, ["synth", "--config", str(directory / "one_lane.json"), "--output",
                                            str(output), *arguments], env={"COLUMNS": "200"})
        assert outcome.exit_code == 0, outcome.output
        return outcome.output, json.loads((output / "report.json").read_text())

    return synthesise


def check(printed, document, target):
    assert document["target"] == target and document["configuration"]["name"] == "one_lane"
    assert set(document["fields"]) == set(document) - {"fields"} and set(document["fields"]) <= set(report.FIELDS)
    assert {(memory["depth"], memory["width"]): memory["count"] for memory in document["memories"]} == MEMORIES
    assert document["memory_bits"] == sum(depth * width * count for (depth, width), count in MEMORIES.items())
    # A module's figures include those below it, and the top has everything.
    top = next(block for block in document["blocks"] if block["module"] == "firstspike")
    assert top["instances"] == 1 and all(0 <= block["cells"] <= top["cells"] for block in document["blocks"])
    assert top["cells"] == document["cells"] > 0
    # A title that is longer than its table is broken.
    assert f"one_lane on {document['technology']}" in " ".join(printed.split()) and f"{document['cells']:,}" in printed
    assert all(tool["seconds"] > 0 for tool in document["tools"])


def test_both_fpgas_take_the_same_flip_flops(synthesise):
    printed, xilinx = synthesise("--target", "xilinx")
    check(printed, xilinx, "xilinx")
    printed, ecp5 = synthesise("--target", "ecp5", "--no-route")
    check(printed, ecp5, "ecp5")
    assert xilinx["flip_flops"] == ecp5["flip_flops"] > 0 and xilinx["luts"] > 0 < ecp5["luts"]
    assert xilinx["identity"] != ecp5["identity"]


@pytest.mark.sta
@pytest.mark.osu018
def test_standard_cells_have_area_timing_and_power(synthesise):
    printed, document = synthesise("--target", "asic", "--clock", "50")
    check(printed, document, "asic")
    assert document["fmax_mhz"] == round(1000 / document["longest_path"]["delay_ns"], 1)
    power = document["power_mw"]
    assert power["clock_mhz"] == 50 and power["total"] == pytest.approx(power["registers"] + power["logic"], rel=1e-3)
    assert document["kge"] > 0 and document["area_um2"] > 0 and f"{document['fmax_mhz']} MHz" in printed
