import io

import pytest
from rich.console import Console

from firstspike.verify import campaign


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    """Campaigns of tests are not continued by others."""
    monkeypatch.setattr(campaign, "STATE", tmp_path / "state")


@pytest.fixture
def work(tmp_path):
    """Function that makes the Work of one campaign; all of them have one store, as if one had interrupted the other."""
    return lambda: campaign.Work(Console(file=io.StringIO(), width=200), "test", tmp_path / "new" / "test.json")
