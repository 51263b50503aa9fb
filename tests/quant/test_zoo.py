"""The shipped networks are those that were trained: the same layers as from the float checkpoints."""

import hashlib

import pytest

from firstspike.golden.config import PRESETS
from firstspike.golden.datasets import registry
from firstspike.quant.importers import source
from firstspike.quant.importers.importer import import_network
from firstspike.quant.models import CHECKPOINTS

LAYERS = {
    "cifar100": "0fe29d224e8bfaa3baf505568c156d15098ef646502db81b7126b1e1d3cdda46",
    "tinyimagenet": "fb7c3ccd5da92075496d032976153a34b162d4da63836f181df0685fff57cd54",
}
"""SHA-256 of codes, biases and offsets of all layers that an export of the float checkpoint has."""

MOST_BYTES = 12_000_000


@pytest.mark.parametrize("name", LAYERS)
def test_five_bits_a_weight_export_to_the_layers_of_the_float_checkpoint(name):
    path = CHECKPOINTS / f"vgg16_{name}.safetensors"
    trained, described, _ = source.read(path)
    network, errors = import_network(trained, described, PRESETS["paper"])
    digest = hashlib.sha256()
    for layer in network.layers:
        for array in (layer.weights, layer.biases, layer.offsets):
            digest.update(array.tobytes())
    assert digest.hexdigest() == LAYERS[name]
    assert path.stat().st_size <= MOST_BYTES


@pytest.mark.parametrize("path", sorted(CHECKPOINTS.glob("*.safetensors")), ids=lambda path: path.stem)
def test_a_shipped_network_suits_its_data_set(path):
    trained, described, _ = source.read(path)
    last = described.layers[-1]
    classes = len(trained.tensor(last.weight, last.name))
    found = registry.suited(path.stem, described.input_shape, classes, described.class_names, described.data_set)
    assert found.name in path.stem and described.class_names == found.class_names
