import re

import pytest

from firstspike.golden.config import PRESETS
from firstspike.sim import waves
from firstspike.sim.build import TESTBENCH


def layout(tmp_path, **changes):
    config = PRESETS["tiny"].model_copy(update=changes)
    waves.write_layout(tmp_path / "x.gtkw", tmp_path / "x.fst", config)
    assert [path.name for path in tmp_path.iterdir()] == ["x.gtkw"]
    return (tmp_path / "x.gtkw").read_text()


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    return layout(tmp_path_factory.mktemp("waves"))


def test_the_layout_groups_the_streams(text):
    assert "/x.fst" in text
    for group in ("network stream", "image stream", "result stream", "spike words written (observation port)"):
        assert f"-{group}\n" in text
    assert "\ntestbench.net_tdata[31:0]\n" in text
    assert "\ntestbench.trace_data[19:0]\n" in text


def test_every_signal_of_the_layout_is_one_of_the_test_bench(text):
    names = re.findall(r"^testbench\.(?!dut)(\w+)", text, re.MULTILINE)
    (source,) = (path.read_text() for path in TESTBENCH if path.name == "testbench.sv")
    assert len(names) == 24
    assert [
        name for name in names if not re.search(rf"^ *(input )?(wire|bit)\b.*\b{name}\b", source, re.MULTILINE)
    ] == []


def test_every_block_has_a_group_with_its_ports(text):
    for block in ("loader", "sequencer", "event_generator_1", "cluster_0", "spike_encoder", "packet_sender"):
        assert f"-{block}\n" in text
    assert "\ntestbench.dut.sequencer.rows_freed[8:0]\n" in text
    assert "\ntestbench.dut.cluster_1.slot_valid\n" in text
    assert "spike_buffer\n" not in text


def test_without_observation_port_there_is_no_group_for_it(tmp_path):
    text = layout(tmp_path, trace=False)
    assert "trace_data" not in text and "-spike words written" not in text
