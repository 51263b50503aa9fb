import pytest

from firstspike.golden.config import PRESETS
from firstspike.golden.errors import SimulationError
from firstspike.hw.writer.verilog import CONFIGURATION
from firstspike.sim import netlist


@pytest.fixture
def directory(tmp_path):
    (tmp_path / "verilog" / "macros").mkdir(parents=True)
    (tmp_path / "verilog" / CONFIGURATION).write_text(PRESETS["tiny"].to_json())
    for name in ("netlist.v", "cells.v", "verilog/macros/firstspike_sram.sv", "verilog/macros/firstspike_sram_8x4.sv"):
        (tmp_path / name).write_text("")
    return tmp_path


def test_sources_are_netlist_cells_and_memories_without_their_wrapper(directory):
    names = [path.name for path in netlist.sources(PRESETS["tiny"], directory)]
    assert names == ["netlist.v", "cells.v", "firstspike_sram_8x4.sv", "netlist.vlt"]


def test_missing_netlist_is_an_error_that_says_how_to_make_one(tmp_path):
    with pytest.raises(SimulationError, match="no netlist in .*make synth CONFIG=tiny TARGET=asic"):
        netlist.sources(PRESETS["tiny"], tmp_path)


def test_netlist_of_another_configuration_is_an_error(directory):
    with pytest.raises(SimulationError, match="has the configuration tiny, the network file was scheduled for small"):
        netlist.sources(PRESETS["small"], directory)


def test_directory_without_configuration_is_an_error(directory):
    (directory / "verilog" / CONFIGURATION).unlink()
    with pytest.raises(SimulationError, match="cannot read configuration"):
        netlist.sources(PRESETS["tiny"], directory)
