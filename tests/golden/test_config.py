import json

import pytest

from firstspike.golden.config import PARITY, PRESETS, SECDED, ConfigurationError, HardwareConfig

TINY = PRESETS["tiny"]
PROTECTIONS = tuple(name for name in HardwareConfig.model_fields if name.endswith("_protection"))


def test_memories_are_not_protected_unless_it_is_asked_for():
    assert len(PROTECTIONS) == 5
    assert all(getattr(TINY, name) == "none" for name in PROTECTIONS)
    assert not set(PROTECTIONS) & set(json.loads(TINY.to_json()))


@pytest.mark.parametrize("name", PROTECTIONS)
@pytest.mark.parametrize("protection", [PARITY, SECDED])
def test_protections_survive_json_and_leave_the_stream_alone(name, protection):
    config = HardwareConfig.from_dict(TINY.model_dump() | {name: protection})
    assert HardwareConfig.from_dict(json.loads(config.to_json())) == config != TINY
    assert config.fingerprint == TINY.fingerprint
    assert config.protections == {"none", protection}


def test_unknown_protections_are_refused():
    with pytest.raises(ConfigurationError, match="weight_protection: Input should be 'none', 'parity' or 'secded'"):
        HardwareConfig.from_dict(TINY.model_dump() | {"weight_protection": "triple"})


@pytest.mark.parametrize(
    "changes, cycles",
    [
        ({"lanes": 1024, "clusters": 1, "encoders": 1, "drain_positions": 64}, 64 * 1025 + 64),
        ({"lanes": 1024, "clusters": 16, "encoders": 1, "drain_positions": 64}, 16 * 64 * 65 + 64),
        ({}, 2 * 4 * 3 + 64),
    ],
)
def test_a_watchdog_that_does_not_wait_for_the_encoders_is_refused(changes, cycles):
    fields = TINY.model_dump() | changes
    assert HardwareConfig.from_dict(fields | {"watchdog_cycles": 1 << 20}).drain_cycles == cycles
    if cycles >= 256:
        assert HardwareConfig.from_dict(fields | {"watchdog_cycles": cycles + 1})
        with pytest.raises(ConfigurationError, match=f"must exceed the {cycles} cycles .* but is {cycles}"):
            HardwareConfig.from_dict(fields | {"watchdog_cycles": cycles})


def test_a_file_that_cannot_be_read_or_is_not_json_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot read configuration .*none.json: No such file or directory"):
        HardwareConfig.load(str(tmp_path / "none.json"))
    path = tmp_path / "text.json"
    path.write_text("lanes: 8")
    with pytest.raises(ConfigurationError, match="configuration .*text.json is not JSON: Expecting value"):
        HardwareConfig.load(str(path))
