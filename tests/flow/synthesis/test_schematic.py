import pytest

from firstspike.flow.synthesis import schematic
from firstspike.flow.synthesis.synthesis_errors import SynthesisError
from firstspike.golden.config import PRESETS


@pytest.mark.dot
def test_a_block_is_drawn(tmp_path):
    drawing = schematic.draw(PRESETS["tiny"], "watchdog", tmp_path).read_text()
    assert "<svg" in drawing and "expired" in drawing and "progress" in drawing


@pytest.mark.dot
def test_an_unknown_block_names_the_known_ones(tmp_path):
    with pytest.raises(SynthesisError, match="no block 'no_such_block': expected one of .*cluster.*watchdog"):
        schematic.draw(PRESETS["tiny"], "no_such_block", tmp_path)
