"""`firstspike synth` with its real tools, on a processor with one lane; other commands with stand-ins for what takes
minutes. Tests of the parts are beside this file."""

import json

import pytest
from click.testing import CliRunner

from firstspike.flow.__main__ import main
from firstspike.flow.synthesis import lint, protection, resources, sources
from firstspike.flow.synthesis import synthesis_command as command
from firstspike.flow.synthesis import synthesis_report as report
from firstspike.flow.synthesis import synthesis_run as run
from firstspike.golden.config import HardwareConfig

ONE_LANE = HardwareConfig(
    name="one_lane",
    lanes=1,
    clusters=1,
    time_steps=16,
    acc_bits=28,
    fraction_bits=20,
    ring_rows=64,
    tile_positions=2,
    drain_positions=2,
    encoders=1,
    word_neurons=1,
    spike_words=64,
    image_words=16,
    network_bits=32,
    watchdog_cycles=256,
    counters=False,
    trace=False,
)
MEMORIES = {(64, 5): 2, (16, 32): 1, (4, 28 + 12): 1, (2, 28): 2}
"""(rows, bits): how many; weights and spikes, image, parameters, partial sums and drained potentials."""


@pytest.fixture(scope="module")
def synthesise(tmp_path_factory):
    """Function of command line arguments: (what the command printed, its report)."""
    directory = tmp_path_factory.mktemp("synthesis")
    (directory / "one_lane.json").write_text(ONE_LANE.to_json())

    def synthesise(*arguments):
        output = directory / "-".join(arguments).replace("/", "_")
        outcome = CliRunner().invoke(
            main,
            ["synth", "--config", str(directory / "one_lane.json"), "--output", str(output), *arguments],
            env={"COLUMNS": "200"},
        )
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


@pytest.fixture
def invoke(monkeypatch, tmp_path):
    """Function of command line arguments: the outcome of a command whose directory for synthesis is an empty one."""
    monkeypatch.setattr(command, "DIRECTORY", tmp_path / "synth")
    return lambda *arguments: CliRunner().invoke(main, arguments, env={"COLUMNS": "200"})


def test_only_figures_of_another_processor_are_measured_again(invoke, monkeypatch, tmp_path):
    measured, page = [], tmp_path / "resources.md"

    def measure(config, target, directory, *, liberty):
        measured.append(directory.name)
        return {"identity": run.identity(config, target, liberty)}

    monkeypatch.setattr(run, "identity", lambda config, target, liberty: f"{config.name} for {target}")
    monkeypatch.setattr(run, "run", measure)
    monkeypatch.setattr(
        resources, "runs", lambda liberty: [("tiny", "xilinx", (), "tiny-xilinx"), ("tiny", "ecp5", (), "tiny-ecp5")]
    )
    monkeypatch.setattr(resources, "page", lambda documents: f"{len(documents)} runs")
    for expected in (["tiny-xilinx", "tiny-ecp5"], []):
        measured.clear()
        outcome = invoke("resources", "--output", str(page))
        assert outcome.exit_code == 0, outcome.output
        assert measured == expected and page.read_text() == "2 runs"
    report.write(tmp_path / "synth" / "tiny-ecp5" / "report.json", {"identity": "another processor"})
    (tmp_path / "synth" / "tiny-xilinx" / "report.json").write_text("{")
    assert invoke("resources", "--output", str(page)).exit_code == 0 and measured == ["tiny-xilinx", "tiny-ecp5"]


def test_costs_of_protection_are_shown_and_written(invoke, monkeypatch, tmp_path):
    def measure(config, directory, liberty, on_done):
        on_done()
        return {
            "configuration": config.name,
            "technology": "test cells",
            "clock_mhz": 100.0,
            "costs": [
                {
                    "option": "spike_protection",
                    "protection": "secded",
                    "kge": 1.234,
                    "memory_bits": 2000,
                    "protected_bits": 2700,
                }
            ],
        }

    monkeypatch.setattr(protection, "measure", measure)
    path = tmp_path / "new" / "protection.json"
    outcome = invoke("protection", "--config", "tiny", "--config", "small", "--output", str(path))
    assert outcome.exit_code == 0, outcome.output
    assert "small, test cells" in outcome.output and "1.23" in outcome.output and "2,700" in outcome.output
    assert [one["configuration"] for one in json.loads(path.read_text())["configurations"]] == ["tiny", "small"]


def test_a_finding_fails_the_check_of_the_verilog(invoke, monkeypatch):
    monkeypatch.setattr(sources, "write", lambda config, directory: None)
    monkeypatch.setattr(lint, "run", lambda directory, written: [lint.Check("latches", ()), lint.Check("loops", ())])
    outcome = invoke("lint")
    assert outcome.exit_code == 0 and "ok  latches" in outcome.output and "FAIL" not in outcome.output
    found = tuple(f"latch number {index}" for index in range(command.MAX_FINDINGS + 1))
    monkeypatch.setattr(lint, "run", lambda directory, written: [lint.Check("latches", found), lint.Check("loops", ())])
    outcome = invoke("lint")
    assert outcome.exit_code == 1 and "FAIL  latches" in outcome.output and "ok  loops" in outcome.output
    assert "latch number 9" in outcome.output and "latch number 10" not in outcome.output


def test_a_flattened_design_has_no_table_of_blocks():
    assert report.block_table({"blocks": []}) is report.block_table({}) is None


def test_a_drawing_says_where_it_is(invoke, monkeypatch, tmp_path):
    monkeypatch.setattr(
        "firstspike.flow.synthesis.schematic.draw", lambda config, block, directory: directory / f"{block}.svg"
    )
    outcome = invoke("schematic", "--block", "queue")
    assert outcome.exit_code == 0
    assert f"schematic: {tmp_path / 'synth' / 'tiny-schematic' / 'queue.svg'}" in outcome.output
