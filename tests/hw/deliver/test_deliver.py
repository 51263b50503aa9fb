import json
import os
import subprocess

import pytest

from firstspike.golden.config import PRESETS, HardwareConfig
from firstspike.hw.deliver.deliver import deliver
from firstspike.sim.verilator import find


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    directory = tmp_path_factory.mktemp("tiny")
    paths, memories = deliver(PRESETS["tiny"], directory, clock_mhz=125)
    return directory, paths, memories


def test_all_files_exist_and_no_other(tiny):
    directory, paths, _ = tiny
    assert sorted(path for path in directory.rglob("*") if path.is_file()) == sorted(paths)


def test_memories_have_shape_count_and_macro(tiny):
    _, _, memories = tiny
    spike_buffer = memories[0]
    assert (spike_buffer.macro, spike_buffer.count, spike_buffer.instances) == (
        "firstspike_sram_2048x20",
        1,
        ("firstspike.spike_buffer",),
    )
    (ring,) = (memory for memory in memories if memory.depth == PRESETS["tiny"].ring_rows)
    assert ring.instances == ("firstspike.cluster_0.weight_ring", "firstspike.cluster_1.weight_ring")


def test_sidecar_describes_ports_parameters_memories_and_modules(tiny):
    directory, _, memories = tiny
    sidecar = json.loads((directory / "firstspike.json").read_text())
    assert {
        "name": "s_axis_net_tdata",
        "direction": "input",
        "width": 32,
        "description": "network stream in: data, first byte in the low bits",
    } in sidecar["ports"]
    assert (
        HardwareConfig.from_dict({name: entry["value"] for name, entry in sidecar["parameters"].items()})
        == PRESETS["tiny"]
    )
    assert [entry["macro"] for entry in sidecar["memories"]] == [memory.macro for memory in memories]
    (pe,) = (module for module in sidecar["modules"] if module["module"] == "firstspike_pe")
    assert (pe["component"], len(pe["instances"])) == ("firstspike.hw.array.pe.PE", 8)
    assert "firstspike.cluster_1.pe_3" in pe["instances"]
    for module in sidecar["modules"]:
        assert (directory / module["file"]).exists()


def test_constraints_cover_every_port(tiny):
    directory, _, _ = tiny
    text = (directory / "firstspike.sdc").read_text()
    sidecar = json.loads((directory / "firstspike.json").read_text())
    assert "set period 8.000" in text
    for port in sidecar["ports"]:
        assert port["name"] in text


def test_file_lists_name_existing_files(tiny):
    directory, _, _ = tiny
    behavioural = (directory / "firstspike.f").read_text().split()
    macros = (directory / "firstspike_macros.f").read_text().split()
    assert all((directory / name).exists() for name in [*behavioural, *macros])
    assert behavioural[1:] == macros[-len(behavioural) + 1 :]
    library = json.loads((directory / "librelane.json").read_text())
    assert library["VERILOG_FILES"] == [f"dir::{name}" for name in macros]
    core = (directory / "firstspike.core").read_text()
    assert all(f"      - {name}\n" in core for name in behavioural)


def test_macros_of_an_earlier_configuration_are_removed(tmp_path):
    (tmp_path / "macros").mkdir()
    (tmp_path / "macros" / "firstspike_sram_1x1.sv").write_text("")
    deliver(PRESETS["tiny"], tmp_path)
    assert not (tmp_path / "macros" / "firstspike_sram_1x1.sv").exists()


def test_design_with_macros_passes_verilator(tiny):
    directory, _, _ = tiny
    verilator = find()
    outcome = subprocess.run(
        [
            verilator.executable,
            "--lint-only",
            "-sv",
            "--top-module",
            "firstspike",
            directory / "firstspike.vlt",
            "-F",
            directory / "firstspike_macros.f",
        ],
        env=os.environ | verilator.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr
