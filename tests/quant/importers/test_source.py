import builtins

import numpy as np
import pytest

from firstspike import quant
from firstspike.golden.config import PRESETS
from firstspike.quant.importers import source
from firstspike.quant.importers.architecture import ArchitectureError
from firstspike.quant.importers.checkpoint import CheckpointError


def test_a_checkpoint_file_its_parts_and_a_module_export_the_same_network(write_checkpoint, tensors, description):
    path = write_checkpoint(tensors, description)
    parts = source.read(path)
    assert parts[2]["checkpoint"] == "random.safetensors"
    one, other = quant.export(path, "tiny"), quant.export(parts, PRESETS["tiny"])
    assert one.stream == other.stream and one.origin == other.origin
    assert quant.export(parts[:2], "tiny").stream == one.stream


def test_a_checkpoint_of_a_wrapped_module_exports_the_same_network(write_checkpoint, tensors, description):
    plain = quant.export(write_checkpoint(tensors, description), "tiny")
    wrapped = {f"_orig_mod.module.{name}": tensor for name, tensor in tensors.items()}
    assert quant.export(write_checkpoint(wrapped, description), "tiny").stream == plain.stream


def test_an_object_that_is_no_network_is_refused():
    with pytest.raises(ArchitectureError, match="expected a checkpoint file or a PyTorch module .* got ndarray"):
        quant.export(np.zeros(3), "tiny")


def test_reading_nir_without_its_package_is_one_clear_error(monkeypatch, tmp_path):
    real_import = builtins.__import__

    def without_nir(name, globals=None, locals=None, fromlist=(), level=0):
        if name == "firstspike.quant.importers" and fromlist and "nir_graph" in fromlist:
            raise ImportError("No module named 'nir'", name="nir")
        return real_import(name, globals, locals, fromlist, level)

    (tmp_path / "graph.nir").write_text("")
    monkeypatch.setattr(builtins, "__import__", without_nir)
    with pytest.raises(CheckpointError, match="graph.nir needs the package nir; install firstspike with its extra"):
        source.read(tmp_path / "graph.nir")


@pytest.mark.parametrize(
    "name, message",
    [
        ("net.onnx", "is an ONNX graph.*onnx2torch.*firstspike.Model.load"),
        ("x.firstspike", "is a network file already: `firstspike inspect`"),
        ("net.txt", "is no checkpoint: expected a file that ends in .safetensors, .pt, .pth, .nir"),
        ("net", "is no checkpoint: expected a file that ends in"),
        ("none.pt", "there is no file none.pt: expected a checkpoint that ends in"),
    ],
)
def test_a_file_that_is_no_checkpoint_is_refused_with_what_to_do(name, message):
    with pytest.raises(CheckpointError, match=message):
        source.read(name)
