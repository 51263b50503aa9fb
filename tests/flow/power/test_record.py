import shutil

import pytest

from firstspike.flow.power import record, saif
from firstspike.flow.synthesis.synthesis_errors import SynthesisError
from firstspike.golden.streams import result as results
from firstspike.hw.writer.verilog import CONFIGURATION
from tests.fixtures import SCRIPTED
from tests.sim.test_bench import IMAGE, SILENCE, stimulus


@pytest.fixture(scope="module")
def executable(scripted_config, tmp_path_factory):
    """The stand-in of data/scripted_firstspike.sv in place of a netlist."""
    directory = tmp_path_factory.mktemp("netlist")
    (directory / "verilog").mkdir()
    (directory / "verilog" / CONFIGURATION).write_text(scripted_config.to_json())
    shutil.copy(SCRIPTED, directory / "netlist.v")
    (directory / "cells.v").write_text("module CELL(input wire A); endmodule\nbind firstspike CELL cell_1(.A(clk));\n")
    return record.compile(scripted_config, directory)


def test_results_and_spike_words_are_those_of_the_test_bench(
    executable, scripted_config, tmp_path, two_layers, two_layer_schedule
):
    recording = record.run(executable, scripted_config, stimulus(runs=3), tmp_path)
    assert [one.potentials.tolist() for one in results.parse(recording.results, two_layers, two_layer_schedule, 3)] == [
        [[0xA00, -sum(IMAGE)]]
    ] * 3
    assert len(recording.trace) == 6 and recording.cycles == recording.results["cycle"][-1]


def test_every_transition_is_counted_until_the_last_result(executable, scripted_config, tmp_path):
    recording = record.run(executable, scripted_config, stimulus(runs=3), tmp_path)
    with open(tmp_path / record.SAIF) as lines:
        activity, cycles = saif.read(lines, "dut", record.PERIOD)
    assert recording.cycles < cycles < recording.cycles + 16
    assert activity["clk"].transitions * cycles == pytest.approx(2 * cycles, abs=1)
    # Every run writes two spike words, one after the other.
    assert activity["trace_valid"].transitions * cycles == pytest.approx(2 * 3)
    assert activity["trace_valid"].high * cycles == pytest.approx(len(recording.trace))
    assert "cell_1" not in (tmp_path / record.SAIF).read_text()
    assert activity["rst"].transitions * cycles == pytest.approx(2, abs=1)


def test_a_processor_that_hangs_is_an_error(executable, scripted_config, tmp_path):
    with pytest.raises(SynthesisError, match="nothing moves any more"):
        record.run(executable, scripted_config, stimulus(SILENCE), tmp_path)
