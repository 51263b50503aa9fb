import re

from golden.config import PRESETS
from sim import waves
from sim.build import TESTBENCH


def layout(tmp_path, **changes):
    config = PRESETS["tiny"].model_copy(update=changes)
    waves.write_layout(tmp_path / "x.gtkw", tmp_path / "x.fst", config)
    assert [path.name for path in tmp_path.iterdir()] == ["x.gtkw"]
    return (tmp_path / "x.gtkw").read_text()


def test_the_layout_groups_the_streams(tmp_path):
    text = layout(tmp_path)
    assert str(tmp_path / "x.fst") in text
    for group in ("network stream", "image stream", "result stream", "spike words written (observation port)"):
        assert f"-{group}\n" in text
    assert "\ntestbench.net_tdata[31:0]\n" in text
    assert "\ntestbench.trace_data[19:0]\n" in text


def test_every_signal_of_the_layout_is_one_of_the_test_bench(tmp_path):
    names = re.findall(r"^testbench\.(\w+)", layout(tmp_path), re.MULTILINE)
    source, = (path.read_text() for path in TESTBENCH if path.name == "testbench.sv")
    assert len(names) == 24
    assert [name for name in names if not re.search(rf"^ *(input )?(wire|bit)\b.*\b{name}\b", source, re.MULTILINE)] == []


def test_without_observation_port_there_is_no_group_for_it(tmp_path):
    text = layout(tmp_path, trace=False)
    assert "trace_data" not in text and "-spike words written" not in text
