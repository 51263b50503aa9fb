import pytest

from firstspike.golden.config import PRESETS
from firstspike.verify.random_networks import random_networks_run as command
from firstspike.verify.random_networks.target import Target


@pytest.fixture
def target(tiny):
    """The RTL of `tiny`, compiled already."""

    class Tiny(Target):
        def simulator(self, config):
            assert config == tiny.config
            return tiny

    return Tiny([PRESETS["tiny"]])


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    """Campaigns of tests are not continued by others."""
    monkeypatch.setattr(command, "STATE", tmp_path / "campaign")
