import re

import pytest

from firstspike.golden.errors import SimulationError
from firstspike.report.benchmark import speed as tools


def test_verilog_generation_takes_time_and_memory():
    cost = tools.verilog("tiny")
    assert cost["seconds"] > 0
    assert cost["peak_memory_mib"] > 20  # Python and Amaranth alone


def test_a_command_that_fails_is_an_error_with_its_message():
    with pytest.raises(SimulationError, match=re.escape("firstspike verilog --config huge")) as failure:
        tools.verilog("huge")
    assert "unknown configuration 'huge'" in str(failure.value)
