from pathlib import Path

import pytest

from firstspike.golden.config import PRESETS, HardwareConfig
from firstspike.quant.export import export
from firstspike.quant.mapper import longest_silence, mapper


@pytest.fixture(scope="module")
def digits():
    return export(Path(__file__).parents[3] / "models" / "digits.safetensors", PRESETS["tiny"]).network


def test_partial_sums_make_the_longest_silence(digits):
    config = PRESETS["tiny"]
    found = longest_silence.cycles(digits, mapper.schedule(digits, config))
    # 8 visits of a ring full of rows, 2 clusters that read one word for each of 9 taps, and these taps.
    assert found == 8 * (96 + 2 * (9 + 1) + 9) + config.drain_cycles


def test_a_network_that_is_silent_for_longer_than_the_watchdog_waits_is_refused(digits):
    fields = PRESETS["tiny"].model_dump()
    longest = longest_silence.cycles(digits, mapper.schedule(digits, PRESETS["tiny"]))
    mapper.schedule(digits, HardwareConfig.from_dict(fields | {"watchdog_cycles": longest + 1}))
    with pytest.raises(
        mapper.MappingError,
        match=f"watchdog_cycles.*{longest + 1} needed, {longest} available.*watchdog_cycles={longest + 1} would do",
    ):
        mapper.schedule(digits, HardwareConfig.from_dict(fields | {"watchdog_cycles": longest}))
