"""A short version of the campaign, and what it has found."""

import io
import json
import time
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from firstspike.golden import network_file
from firstspike.golden.config import PRESETS
from firstspike.golden.network_file import NetworkFileError
from firstspike.quant import models
from firstspike.verify.fuzz import damaged_files as files
from firstspike.verify.random_networks import cases


@pytest.fixture(scope="module")
def base():
    return cases.from_seed(3, PRESETS["tiny"]).network_file


def test_network_files_are_refused_or_valid(base, tmp_path):
    found = [files.check_network_file(seed, base, tmp_path) for seed in range(360)]
    assert [one for one in found if one["problem"]] == []
    assert {one["kind"] for one in found} == set(files.NETWORK_FILE_MUTATIONS)
    assert {one["outcome"] for one in found} == {files.REFUSED, files.VALID}


def test_checkpoints_are_refused_or_exported(tmp_path):
    found = [files.check_checkpoint(seed, models.checkpoint_path("digits"), tmp_path) for seed in range(42)]
    assert [one for one in found if one["problem"]] == []
    assert {one["outcome"] for one in found} == {files.REFUSED, files.VALID}


def test_pytorch_files_are_refused_or_read(tmp_path):
    content = io.BytesIO()
    torch.save(load_file(models.checkpoint_path("digits")), content)
    found = [files.check_pytorch(seed, content.getvalue(), tmp_path) for seed in range(40)]
    assert [one for one in found if one["problem"]] == []


def test_a_case_can_be_repeated(base, tmp_path):
    for seed in (8, 9, 10):
        files.check_network_file(seed, base, tmp_path)
        first = (tmp_path / "fuzzed.firstspike").read_bytes()
        files.check_network_file(seed, base, tmp_path)
        assert (tmp_path / "fuzzed.firstspike").read_bytes() == first


@pytest.mark.parametrize(
    "read, problem",
    [(lambda: time.sleep(5), "HangError: it takes longer than 1 s"), (lambda: {}["missing"], "KeyError: 'missing'")],
)
def test_other_exceptions_and_hangs_are_problems(base, tmp_path, monkeypatch, read, problem):
    monkeypatch.setattr(files, "SECONDS", 1)
    monkeypatch.setattr(network_file, "load", lambda path: read())
    assert files.check_network_file(0, base, tmp_path) == {"kind": "truncated", "outcome": "failed", "problem": problem}


def test_a_damaged_file_that_is_read_as_another_network_is_a_problem(base, tmp_path, monkeypatch):
    other = replace(base, stream=base.stream + bytes(4))
    monkeypatch.setattr(network_file, "load", lambda path: other)
    assert "read as another network" in files.check_network_file(0, base, tmp_path)["problem"]


def test_the_most_negative_offset_is_refused(base, tmp_path):
    """Found by seed 538: its absolute value is negative, and the evaluation shifted by it."""
    path = tmp_path / "one.firstspike"
    network_file.save(path, base)
    metadata, tensors = files._open(path.read_bytes())
    document = json.loads(metadata[network_file.METADATA_KEY])
    tensors["layers.0.offsets"] = tensors["layers.0.offsets"].copy()
    tensors["layers.0.offsets"][0] = np.iinfo(np.int64).min
    path.write_bytes(files._signed(document, document["content"], tensors))
    with pytest.raises(NetworkFileError, match="channel offsets must be in -127..127 ticks"):
        network_file.load(path)
