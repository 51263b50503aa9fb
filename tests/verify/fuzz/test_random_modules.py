"""A short version of the campaign, and that it finds an importer that is wrong."""

from collections import Counter

import numpy as np
import pytest
import torch

from firstspike.golden.codes import ttfs
from firstspike.quant.importers import module_check, pytorch
from firstspike.verify.fuzz import random_modules as modules

SEEDS = range(6 * len(modules.KINDS))


@pytest.fixture
def without_comparison(monkeypatch):
    """The importer alone, without running the module."""
    monkeypatch.setattr(module_check, "require_equal", lambda *arguments: None)


def test_modules_are_refused_or_equal():
    found = [modules.check(seed) for seed in SEEDS]
    assert [one for one in found if one["problem"]] == []
    counts = Counter(one["outcome"] for one in found)
    assert counts[modules.EQUAL] >= len(SEEDS) / 3 and counts[modules.REFUSED] >= len(SEEDS) / 3
    equal = {one["kind"] for one in found if one["outcome"] == modules.EQUAL}
    assert equal >= {"plain chains", "shape operations", "pools", "slices", "normalisations", "hooks and names"}


@pytest.mark.parametrize("kind, operation", [("slices", "aten.index.Tensor"), ("normalisations", "aten.sub.Tensor")])
def test_an_operation_that_is_ignored_is_found(kind, operation, monkeypatch, without_comparison):
    monkeypatch.setitem(pytorch.OPERATIONS, operation, lambda reader, operation, **arguments: None)
    seeds = (7 * number + list(modules.KINDS).index(kind) for number in range(60))
    assert any(modules.check(seed)["outcome"] == "different" for seed in seeds)


def test_running_the_module_finds_an_operation_that_is_ignored(monkeypatch):
    monkeypatch.setitem(pytorch.OPERATIONS, "aten.index.Tensor", lambda reader, operation, **arguments: None)
    seeds = (7 * number + list(modules.KINDS).index("slices") for number in range(60))
    assert any(modules.check(seed)["outcome"] == modules.REFUSED_BY_RUNNING for seed in seeds)


def test_the_fire_rule_of_the_module_is_that_of_the_formats():
    potentials = np.arange(1 << 12, dtype=np.int64) * 997 - 1000
    times = np.array([ttfs.fire(int(one), 0, modules.CONFIG.time_steps, 21) for one in potentials])
    meant = np.array([64, 54, 45, 38])[times % 4] / 64 * 0.5 ** (times // 4)
    expected = np.where(times == ttfs.SILENT, 0, meant)
    assert np.array_equal(modules.fire(torch.from_numpy(potentials / 2.0**21)).numpy(), expected)
    assert 0 in expected and len(set(expected)) == modules.CONFIG.time_steps + 1


def test_a_case_can_be_repeated():
    for seed in (1, 2, 5):
        states = [modules.from_seed(seed)[0].state_dict() for _ in range(2)]
        assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])
