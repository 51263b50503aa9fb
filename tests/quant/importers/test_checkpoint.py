import importlib.util
import re
import sys

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from firstspike.quant.importers.checkpoint import CheckpointError, read


def test_floats_of_every_width_are_read_and_integers_left_out(write_checkpoint, tensors):
    path = write_checkpoint(tensors | {"wide": np.array([1 / 3])}, arch="other")
    checkpoint = read(path)
    assert checkpoint.metadata == {"arch": "other"}
    assert set(checkpoint.tensors) == set(tensors) - {"bn0.num_batches_tracked"} | {"wide"}
    for name in checkpoint.tensors:
        expected = (tensors | {"wide": np.array([1 / 3])})[name]
        tensor = checkpoint.tensor(name, "layer")
        assert tensor.dtype == np.float64
        assert np.array_equal(tensor, expected.astype(np.float64))


def test_a_missing_tensor_is_named_with_its_layer(write_checkpoint):
    checkpoint = read(write_checkpoint({"a": np.zeros(2)}))
    with pytest.raises(CheckpointError, match="layer conv7: .* has no tensor 'b'; it has a"):
        checkpoint.tensor("b", "conv7")


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_not_finite_are_refused_with_their_place(write_checkpoint, value):
    checkpoint = read(write_checkpoint({"a": np.array([[0, 1], [value, 2]])}))
    with pytest.raises(CheckpointError, match=rf"layer conv7: tensor 'a' must be finite, but is {value} at \(1, 0\)"):
        checkpoint.tensor("a", "conv7")


def test_truncated_and_foreign_safetensors_are_refused(write_checkpoint, tensors):
    path = write_checkpoint(tensors)
    content = path.read_bytes()
    for damaged in (b"", content[:4], content[:100], content[:-1], b"\x89PNG" + bytes(100)):
        path.write_bytes(damaged)
        with pytest.raises(CheckpointError, match="is not a safetensors file, or it is truncated"):
            read(path)


def test_unknown_float_types_are_refused(tmp_path):
    header = b'{"a":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,2]}}'
    path = tmp_path / "a.safetensors"
    path.write_bytes(len(header).to_bytes(8, "little") + header + bytes(2))
    with pytest.raises(CheckpointError, match="tensor 'a' must be one of BF16, F16, F32, F64, not F8_E4M3"):
        read(path)


def test_bfloat16_is_read_exactly(tmp_path):
    values = torch.randn(3, 5, generator=torch.Generator().manual_seed(1)).bfloat16()
    save_file({"a": values, "b": torch.ones(2)}, tmp_path / "a.safetensors")
    found = read(tmp_path / "a.safetensors")
    assert np.array_equal(found.tensor("a", "x"), values.double().numpy()) and found.tensors["b"].tolist() == [1, 1]


@pytest.mark.parametrize(
    "names",
    [
        ("module.{}", "conv.weight"),
        ("_orig_mod.{}", "conv.weight"),
        ("model.{}", "conv.weight"),
        ("module._orig_mod.{}", "conv.weight"),
        ("_orig_mod.model.{}", "model.conv.weight"),
        ("features.module.{}", "features.conv.weight"),
        ("{}", "model.conv.weight"),
    ],
)
def test_names_of_wrappers_are_no_part_of_a_tensors_name(names, write_checkpoint):
    pattern, described = names
    tensors = {pattern.format("conv.weight"): np.ones(3), pattern.format("conv.bias"): np.zeros(2)}
    wanted = {described, described.replace("weight", "bias")}
    found = read(write_checkpoint(tensors)).named_as(wanted)
    assert set(found.tensors) == wanted and found.tensors[described].tolist() == [1, 1, 1]


def test_names_that_are_found_or_ambiguous_stay(write_checkpoint):
    for tensors in ({"module.a": np.ones(3), "b": np.ones(3)}, {"module.c": np.ones(3), "c": np.ones(3)}):
        checkpoint = read(write_checkpoint(tensors))
        assert checkpoint.named_as({"b"} if "b" in tensors else {"model.c"}) is checkpoint


def test_a_tensor_with_two_names_is_one_array(tmp_path):
    from safetensors.torch import save_model

    module = torch.nn.Sequential(torch.nn.Conv2d(1, 1, 3), torch.nn.ReLU())
    module.again = module[0]
    torch.save(module.state_dict(), tmp_path / "a.pt")
    save_model(module, tmp_path / "a.safetensors")
    for path in tmp_path.iterdir():
        tensors = read(path).tensors
        assert set(tensors) == {"0.weight", "0.bias", "again.weight", "again.bias"}
        assert tensors["0.weight"] is tensors["again.weight"] and tensors["0.weight"] is not tensors["0.bias"]


@pytest.mark.parametrize("key", ["state_dict", "model_state_dict", "model", "net"])
def test_a_state_dictionary_in_a_larger_one_is_found(tmp_path, key):
    torch.save({"epoch": 3, key: {"a": torch.ones(2)}, "optimizer": {"state": {}}}, tmp_path / "a.pt")
    assert read(tmp_path / "a.pt").tensors["a"].tolist() == [1, 1]


def test_several_state_dictionaries_are_refused(tmp_path):
    torch.save({"model": {"a": torch.ones(2)}, "net": {"a": torch.zeros(2)}}, tmp_path / "a.pt")
    with pytest.raises(CheckpointError, match=r"several state dictionaries \(model, net\): save the one to export"):
        read(tmp_path / "a.pt")


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda torch: torch.ones(2, 2).to_sparse(), "the tensor 'a' is sparse .*: replace it by its to_dense"),
        (lambda torch: torch.ones(2, device="meta"), "the tensor 'a' is on the device 'meta' and has no values"),
        (lambda torch: torch.ones(2) * 1j, "the tensor 'a' is complex"),
        (lambda torch: torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8), "the tensor 'a' is quantised"),
        (
            lambda torch: torch.nn.parameter.UninitializedParameter(),
            "the tensor 'a' has no shape yet|holds more than tensors",
        ),
    ],
)
def test_tensors_without_readable_values_are_refused(tmp_path, make, message):
    torch.save({"a": make(torch)}, tmp_path / "a.pt")
    with pytest.raises(CheckpointError, match=message):
        read(tmp_path / "a.pt")


@pytest.mark.parametrize(
    "content, message",
    [
        (lambda torch: {0: torch.ones(2)}, "got an entry whose name is 0; save it with torch.save"),
        (lambda torch: {"a": torch.ones(2), "epoch": 3}, "got an entry 'epoch' of the type int"),
        (lambda torch: {"ema": {"a": torch.ones(2)}}, "got an entry 'ema' of the type dict"),
        (lambda torch: {"model": {"state_dict": {"a": torch.ones(2)}}}, "got an entry 'state_dict' of the type dict"),
    ],
)
def test_what_is_no_state_dictionary_is_named(tmp_path, content, message):
    torch.save(content(torch), tmp_path / "a.pt")
    with pytest.raises(CheckpointError, match=message):
        read(tmp_path / "a.pt")


@pytest.mark.filterwarnings("error")
def test_no_advice_of_torch_to_read_a_file_without_care_is_passed_on(tmp_path):
    save_file({"a": torch.ones(2)}, tmp_path / "other.pt")
    with pytest.raises(CheckpointError, match="is not a PyTorch state dictionary.*: it holds no tensors") as refused:
        read(tmp_path / "other.pt")
    assert "weights_only" not in str(refused.value)


def test_a_torchscript_archive_is_named(tmp_path):
    torch.jit.save(torch.jit.trace(torch.nn.Linear(2, 2), torch.ones(1, 2)), tmp_path / "script.pt")
    with pytest.raises(CheckpointError, match="is a TorchScript archive: save the tensors of the module"):
        read(tmp_path / "script.pt")


def test_missing_files_and_unknown_suffixes_are_refused(tmp_path):
    with pytest.raises(CheckpointError, match="missing.safetensors: no such file"):
        read(tmp_path / "missing.safetensors")
    with pytest.raises(CheckpointError, match=re.escape("expected a file ending in .safetensors, .pt, .pth")):
        read(tmp_path / "weights.h5")


def test_pytorch_state_dictionaries_are_read_or_the_missing_package_is_named(tmp_path, tensors):
    path = tmp_path / "random.pth"
    path.write_bytes(b"not a checkpoint")
    if importlib.util.find_spec("torch") is None:
        with pytest.raises(CheckpointError, match="needs the package torch; install firstspike with its extra 'train'"):
            read(path)
        return
    import torch

    with pytest.raises(CheckpointError, match="is not a PyTorch state dictionary, or it is truncated"):
        read(path)
    state = {name: torch.from_numpy(tensor) for name, tensor in tensors.items()}
    for content in (state, {"state_dict": state, "epoch": 3}):
        torch.save(content, path)
        checkpoint = read(path)
        assert set(checkpoint.tensors) == set(tensors) - {"bn0.num_batches_tracked"}
        for name in checkpoint.tensors:
            assert np.array_equal(checkpoint.tensor(name, "layer"), tensors[name].astype(np.float64))
    content = path.read_bytes()
    for length in range(0, len(content), 101):
        path.write_bytes(content[:length])
        with pytest.raises(CheckpointError, match="is not a PyTorch state dictionary, or it is truncated"):
            read(path)
    torch.save([1, 2], path)
    with pytest.raises(CheckpointError, match="expected a state dictionary .* got list"):
        read(path)
    torch.save(torch.nn.Linear(2, 2), path)
    with pytest.raises(CheckpointError, match=r"holds more than tensors.*module.state_dict\(\).*firstspike.Model.load"):
        read(path)


def test_a_pytorch_file_without_pytorch_names_the_package(tmp_path, monkeypatch):
    (tmp_path / "random.pth").write_bytes(b"")
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(CheckpointError, match="needs the package torch; install firstspike with its extra 'train'"):
        read(tmp_path / "random.pth")


def test_a_file_that_cannot_be_opened_is_one_clear_error(write_checkpoint, tensors, monkeypatch):
    def refuse(path, framework):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("firstspike.quant.importers.checkpoint.safe_open", refuse)
    with pytest.raises(CheckpointError, match="cannot read checkpoint .*: Permission denied"):
        read(write_checkpoint(tensors))
