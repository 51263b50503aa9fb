import copy
import json

import pytest

from firstspike.quant.importers import architecture, checkpoint
from firstspike.quant.importers.architecture import Architecture, ArchitectureError


def parse(document):
    return Architecture.from_json(json.dumps(document), "test")


def test_defaults_are_a_plain_layer(description):
    layer = parse(description).layers[2]
    assert (layer.padding, layer.stride, layer.pool, layer.activation) == ((0, 0), 1, "none", "clip_0_1")
    assert (layer.bias, layer.batch_norm) == ("hidden.bias", None)


@pytest.mark.parametrize(
    "index, change, message",
    [
        (0, {"kind": "depthwise_convolution"}, "layer conv0: .* no form for a layer of kind 'depthwise_convolution': "),
        (0, {"kind": "residual_add"}, "'residual_add': the spike buffer keeps the input of the running layer only"),
        (0, {"kind": "attention"}, "'attention': it multiplies activations"),
        (0, {"kind": "recurrent"}, "'recurrent': every neuron fires at most once"),
        (0, {"kind": "layer_norm"}, "'layer_norm': its scale depends on the input"),
        (0, {"kind": "polar"}, "no form for a layer of kind 'polar': it knows convolution and linear"),
        (1, {"stride": 3}, "layer conv1: .* stride 3: it knows 1 and 2"),
        (1, {"groups": 9}, "layer conv1: .* a convolution in 9 groups"),
        (1, {"dilation": 2}, "layer conv1: .* dilation 2"),
        (1, {"pool": "average_pool"}, "the pool 'average_pool': it knows none, max_2x2"),
        (1, {"pool": "max_3x3"}, "the pool 'max_3x3': it knows none, max_2x2, average_2x2, average_global"),
        (1, {"activation": "gelu"}, "the activation 'gelu': a spike time means a value from 0 to 1, it knows clip_0_1"),
        (0, {"activation": "relu", "clip_at": 6}, "the activation 'relu' with clip_at 6: only clip_0_1 ends there"),
        (3, {"clip_at": 2}, "the activation 'none' with clip_at 2: only clip_0_1 ends there"),
        (2, {"padding": [1, 1]}, "layer hidden: .* padding or stride of a linear layer"),
        (3, {"activation": "clip_0_1"}, "layer output: .* the activation 'clip_0_1' of the output layer"),
    ],
)
def test_layers_without_a_form_are_refused_with_name_and_reason(description, index, change, message):
    description["layers"][index] |= change
    with pytest.raises(ArchitectureError, match=message):
        parse(description)


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda d: d.pop("input_shape"), "architecture test: input_shape: Field required"),
        (lambda d: d.update(input_shape=[3, 10]), "input_shape.2: Field required"),
        (lambda d: d.update(input_shape=[3, 0, 8]), "input_shape.1: Input should be greater than or equal to 1"),
        (lambda d: d.update(colour="red"), "colour: Extra inputs are not permitted"),
        (lambda d: d.update(layers=[]), "layers: Tuple should have at least 1 item"),
        (lambda d: d.update(input_coding="rate"), "input_coding: Input should be 'direct' or 'ttfs'"),
        (lambda d: d["layers"][0].update(padding=[-1, 0]), "layers.0.padding.0: Input should be greater"),
        (lambda d: d["layers"][0].pop("weight"), "layers.0.weight: Field required"),
    ],
)
def test_malformed_documents_are_refused_with_their_place(description, change, message):
    document = copy.deepcopy(description)
    change(document)
    with pytest.raises(ArchitectureError, match=message):
        parse(document)


def test_a_field_that_stands_there_twice_is_refused(description):
    """Of two strides, the second counted and the first was dropped."""
    text = json.dumps(description)
    for twice in (text.replace('"kind"', '"stride": 2, "stride": 1, "kind"', 1), text[:-1] + ', "name": "other"}'):
        with pytest.raises(ArchitectureError, match="architecture test: the field '(stride|name)' stands there twice"):
            Architecture.from_json(twice, "test")


def test_files_that_are_no_architecture_are_refused(tmp_path):
    path = tmp_path / "a.json"
    with pytest.raises(ArchitectureError, match="cannot read architecture"):
        architecture.load(path)
    path.write_text("{")
    with pytest.raises(ArchitectureError, match="document: Invalid JSON"):
        architecture.load(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ArchitectureError, match="is not a text file"):
        architecture.load(path)


def test_a_byte_order_mark_is_no_part_of_the_document(tmp_path, description):
    path = tmp_path / "a.json"
    path.write_text("\ufeff" + json.dumps(description), encoding="utf-8")
    assert architecture.load(path).name == "random"


def test_the_file_beside_the_checkpoint_goes_before_its_metadata(write_checkpoint, tensors, description):
    path = write_checkpoint(tensors, description)
    assert architecture.of_checkpoint(checkpoint.read(path)).name == "random"
    path.with_suffix(".json").write_text(json.dumps(description | {"name": "beside"}))
    assert architecture.of_checkpoint(checkpoint.read(path)).name == "beside"


def test_a_checkpoint_without_a_description_is_refused(write_checkpoint, tensors):
    with pytest.raises(ArchitectureError, match="does not say what its tensors mean: expected .*random.json beside it"):
        architecture.of_checkpoint(checkpoint.read(write_checkpoint(tensors)))
