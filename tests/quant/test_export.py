import dataclasses
import hashlib
import json

import numpy as np
import pytest

from firstspike.golden import network_file
from firstspike.golden.codes import pixel_spikes, ttfs
from firstspike.golden.config import PRESETS
from firstspike.golden.evaluators import fast
from firstspike.golden.network import TTFS, Network
from firstspike.golden.streams import network_stream as stream
from firstspike.quant.export import ERRORS, export
from firstspike.quant.importers import checkpoint
from firstspike.quant.importers.architecture import of_checkpoint
from firstspike.quant.importers.importer import import_network
from firstspike.quant.mapper import mapper

SHIPPED = "models/vgg16_cifar10.safetensors"
VECTORS = "tests/data/vgg16_cifar10_test0-3.npz"


@pytest.mark.parametrize("batch", [1, 3])
def test_an_exported_network_is_read_back_as_it_was(write_checkpoint, tensors, description, tmp_path, batch):
    path = write_checkpoint(tensors, description)
    exported = export(path, PRESETS["tiny"], batch)
    network_file.save(tmp_path / "random.network", exported)
    again = network_file.load(tmp_path / "random.network")

    imported, errors = import_network(checkpoint.read(path), of_checkpoint(checkpoint.read(path)), PRESETS["tiny"])
    assert again.stream == stream.encode(imported, mapper.schedule(imported, PRESETS["tiny"], batch)) == exported.stream
    assert again.schedule == exported.schedule
    assert again.schedule.batch == batch
    assert again.origin == exported.origin
    assert again.origin["quantisation"] == errors
    assert again.origin["checkpoint_sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    images = np.random.default_rng(9).integers(0, 256, (6, *imported.input_shape), dtype=np.uint8)
    ours, theirs = fast.run(again.network, images), fast.run(imported, images)
    assert np.array_equal(ours.potentials, theirs.potentials)
    assert all(np.array_equal(a, b) for a, b in zip(ours.spikes, theirs.spikes, strict=True))


def test_architecture_and_input_coding_can_be_given(write_checkpoint, tensors, description, tmp_path):
    path = write_checkpoint(tensors)
    other = tmp_path / "other.json"
    other.write_text(json.dumps(description | {"name": "other"}))
    exported = export(path, PRESETS["tiny"], architecture_path=other, input_coding=TTFS)
    assert (exported.network.name, exported.network.input_coding) == ("other", TTFS)


def test_a_network_that_does_not_fit_is_refused_with_the_buffer(write_checkpoint, tensors, description):
    small = PRESETS["tiny"].model_copy(update={"spike_words": 16})
    with pytest.raises(ERRORS, match="spike buffer"):
        export(write_checkpoint(tensors, description), small)


def test_the_shipped_network_computes_the_independent_test_vectors():
    trained = checkpoint.read(SHIPPED)
    network, _ = import_network(trained, of_checkpoint(trained), PRESETS["paper"])
    vectors = np.load(VECTORS)
    assert np.array_equal(network.layers[-1].offsets, vectors["output_offsets"])

    # The images are not ours to ship, so the second layer starts from the recorded spikes of the first: as pixels,
    # which TTFS coding turns into the same spike times again.
    of_pixel = [pixel_spikes.spike_time(pixel, network.time_steps) for pixel in range(256)]
    pixel_of = {time: pixel for pixel, time in enumerate(of_pixel)}
    assert set(pixel_of) == {*range(network.time_steps), ttfs.SILENT}
    table = np.array([pixel_of.get(time, 0) for time in range(32)], dtype=np.uint8)
    rest = Network(
        **{field.name: getattr(network, field.name) for field in dataclasses.fields(Network)}
        | {"layers": network.layers[1:], "input_shape": vectors["spikes1"].shape[1:], "input_coding": TTFS}
    )
    evaluation = fast.run(rest, table[vectors["spikes1"]])
    for index, spikes in enumerate(evaluation.spikes):
        assert np.array_equal(spikes, vectors[f"spikes{index + 2}"]), f"layer {index + 1}"
    assert np.array_equal(evaluation.potentials, vectors["potentials"])
