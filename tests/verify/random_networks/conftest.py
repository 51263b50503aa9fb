import pytest

from firstspike.golden.config import PRESETS
from firstspike.verify.random_networks.target import Target


@pytest.fixture
def target(tiny):
    """The RTL of `tiny`, compiled already."""

    class Tiny(Target):
        def simulator(self, config):
            assert config == tiny.config
            return tiny

    return Tiny([PRESETS["tiny"]])
