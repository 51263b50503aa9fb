"""Weights stored as 5-bit log codes mean what they meant, and nothing else is taken for them."""

import json

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from firstspike.quant.codes.ttfs import quantise
from firstspike.quant.importers import checkpoint, log_weights
from firstspike.quant.importers.checkpoint import LOG_CODES, Checkpoint, CheckpointError


def original(shape=(5, 3, 2, 3)):
    """Weights off the grid, of both signs, with zeros and with a channel of zeros."""
    rng = np.random.default_rng(1)
    weights = rng.normal(0, 0.3, shape)
    weights[rng.random(shape) < 0.3] = 0
    weights[1] = 0
    return Checkpoint(None, {"w": weights, "b": np.arange(5, dtype=np.float32)}, {"arch": "x"})


@pytest.fixture
def path(tmp_path):
    log_weights.save(tmp_path / "packed.safetensors", original(), ["w"])
    return tmp_path / "packed.safetensors"


def test_codes_and_offsets_are_those_of_the_weights_and_all_else_stays(path):
    found = checkpoint.read(path)
    assert set(found.tensors) == {"w", "b"} and found.metadata["arch"] == "x"
    weights = original().tensors["w"]
    before, after = (quantise(one, np.zeros(5), 15, fires=True) for one in (weights, found.tensor("w", "w")))
    assert np.array_equal(before.weights, after.weights) and np.array_equal(before.offsets, after.offsets)
    assert np.array_equal(found.tensor("b", "b"), np.arange(5))


def test_a_weight_takes_five_bits_and_packing_again_changes_nothing(path, tmp_path):
    assert load_file(path)["w.log_codes"].shape == (-(-90 * 5 // 8),)
    log_weights.save(tmp_path / "again.safetensors", checkpoint.read(path), ["w"])
    one, other = load_file(path), load_file(tmp_path / "again.safetensors")
    assert set(one) == set(other) and all(np.array_equal(one[name], other[name]) for name in one)


def damaged(path, shapes=None, **tensors):
    found = load_file(path) | tensors
    text = json.dumps({"w": [5, 3, 2, 3]}) if shapes is None else shapes
    save_file({name: one for name, one in found.items() if one is not None}, path, {LOG_CODES: text})
    return path


@pytest.mark.parametrize(
    "shapes", ["{", "[1]", '{"w": 5}', '{"w": []}', '{"w": [5, -1]}', '{"w": [5.0, 18]}', '{"w": [true]}']
)
def test_shapes_that_are_none_are_refused(path, shapes):
    with pytest.raises(CheckpointError, match="expected the metadata log_codes to be a JSON object, name -> shape"):
        checkpoint.read(damaged(path, shapes))


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"shapes": '{"w": [5, 3, 2, 4]}'}, r"'w.log_codes' as uint8 of shape \(75,\) .* got uint8 of shape \(57,\)"),
        ({"shapes": '{"v": [5, 3, 2, 3]}'}, "'v': expected 'v.log_codes' as uint8 .* got none"),
        ({"w.log_codes": None}, r"expected 'w.log_codes' as uint8 of shape \(57,\) .* got none"),
        ({"w.log_codes": np.zeros(57, np.int8)}, "expected 'w.log_codes' as uint8 .* got int8"),
        ({"w.log_offsets": np.zeros(4, np.int8)}, r"expected 'w.log_offsets' as int8 of shape \(5,\) .* got int8 of shape \(4,\)"),
        ({"w.log_offsets": np.full(5, -128, np.int8)}, "expected channel offsets from -127 to 127, got -128"),
        ({"w.log_codes": np.full(57, 255, np.uint8)}, "expected zeros after the last code, got ones"),
        ({"w.log_codes": np.array([31] + [0] * 56, np.uint8)}, "expected the weight zero without a sign, got the code 31 at 0"),
        ({"w": np.zeros((5, 3, 2, 3), np.float32)}, "expected its codes only, got a tensor 'w' beside them"),
    ],
)  # fmt: skip
def test_what_is_not_written_so_is_refused(path, changes, message):
    with pytest.raises(CheckpointError, match=message):
        checkpoint.read(damaged(path, **changes))


def test_a_truncated_file_is_refused(path):
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(CheckpointError, match="is not a safetensors file, or it is truncated"):
        checkpoint.read(path)


def test_codes_without_the_metadata_are_no_weights(path):
    save_file(load_file(path), path)
    with pytest.raises(CheckpointError, match="has no tensor 'w'"):
        checkpoint.read(path).tensor("w", "layer")
