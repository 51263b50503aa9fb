from types import SimpleNamespace

import pytest

from firstspike.flow.synthesis import protection
from firstspike.golden.config import PRESETS


@pytest.fixture
def measured(monkeypatch, tmp_path):
    """The costs for `tiny` if every protected memory took 100 NANDs."""
    library = SimpleNamespace(name="cells", nand2=SimpleNamespace(area=2.0))
    monkeypatch.setattr(protection, "read_library", lambda files: library)
    monkeypatch.setattr(protection, "_area", lambda *arguments: 200.0)
    runs = []
    document = protection.measure(PRESETS["tiny"], tmp_path, on_done=lambda: runs.append(1))
    assert len(runs) == protection.count()
    return {(cost["option"], cost["protection"]): cost for cost in document["costs"]}


def test_every_memory_counts_as_often_as_it_occurs(measured):
    assert measured["spike_protection", "parity"]["kge"] == 0.1
    assert measured["weight_protection", "parity"]["kge"] == 0.2  # two clusters
    assert measured["potential_protection", "secded"]["kge"] == 0.4  # partial sums and drain memory


def test_check_bits_are_counted(measured):
    assert measured["weight_protection", "parity"]["memory_bits"] == 2 * 96 * 20
    assert measured["weight_protection", "parity"]["protected_bits"] == 2 * 96 * 21
    assert measured["potential_protection", "secded"]["memory_bits"] == 2 * (8 + 4) * 128
    assert measured["potential_protection", "secded"]["protected_bits"] == 2 * (8 + 4) * 144
