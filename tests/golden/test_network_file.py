import dataclasses
import json

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file
from safetensors.numpy import save_file as save_safetensors

from firstspike.golden import network_file
from firstspike.golden.config import PRESETS
from firstspike.golden.geometry import MAX_2X2, Window
from firstspike.golden.network import Layer, Network
from firstspike.golden.network_file import NetworkFile, NetworkFileError, load, save
from firstspike.golden.schedule import LayerRun, Pass, Schedule


def random_network_file(seed=1):
    rng = np.random.default_rng(seed)

    def layer(name, shape, **kwargs):
        return Layer.of(
            name=name,
            weights=rng.integers(0, 32, shape, dtype=np.uint8),
            biases=rng.integers(-(2**31), 2**31, shape[0]),
            offsets=rng.integers(-127, 128, shape[0]),
            **kwargs,
        )

    network = Network(
        name="random",
        input_shape=(3, 4, 4),
        class_names=("up", "down", "Fuß"),
        layers=(
            layer("first", (5, 3, 3, 3), window=Window((3, 3), padding=(1, 1)), pool=MAX_2X2),
            layer("last", (3, 5, 2, 2), fires=False),
        ),
    )

    def run(index, in_words, out_words, channels, rows):
        only_pass = Pass(
            first_channel=0,
            channels=channels,
            first_word=0,
            words=in_words,
            tail_rows=1,
            rows_per_tap=3,
            rows=rows,
            first_unit=0,
            units=4,
            first_chunk=True,
            last_chunk=True,
            has_parameters=True,
        )
        return LayerRun(
            layer=index,
            first_image=0,
            images=1,
            split=1,
            in_base=0,
            out_base=0,
            in_words=in_words,
            out_words=out_words,
            passes=(only_pass,),
        )

    schedule = Schedule(config=PRESETS["tiny"], batch=1, runs=(run(0, 1, 2, 5, 27), run(1, 2, 1, 3, 20)))
    return NetworkFile(network, schedule, rng.bytes(4 * 50), {"checkpoint": "random", "figures": [0.1, 1e-300, -1]})


@pytest.fixture
def saved(tmp_path):
    original = random_network_file()
    path = tmp_path / "random.network"
    save(path, original)
    return original, path


def rewrite(path, change_document=None, change_tensors=None, seal=True):
    """Change a network file; with `seal` its checksum is made to match again."""
    with safe_open(path, framework="numpy") as container:
        document = json.loads(container.metadata()[network_file.METADATA_KEY])
    tensors = load_file(path)
    if change_document:
        change_document(document)
    if change_tensors:
        change_tensors(tensors)
    if seal:
        document["sha256"] = network_file.checksum(document["content"], tensors)
    save_safetensors(tensors, path, metadata={network_file.METADATA_KEY: json.dumps(document)})


def test_reading_back_gives_exactly_what_was_written(saved):
    original, path = saved
    again = load(path)
    assert again.stream == original.stream
    assert again.schedule == original.schedule
    assert again.origin == original.origin
    for field in dataclasses.fields(Network):
        if field.name != "layers":
            assert getattr(again.network, field.name) == getattr(original.network, field.name)
    assert len(again.network.layers) == len(original.network.layers)
    for ours, theirs in zip(again.network.layers, original.network.layers):
        assert_same(ours, theirs, {"inputs"})
        assert len(ours.inputs) == len(theirs.inputs) == 1
        assert_same(ours.connection, theirs.connection)


def assert_same(ours, theirs, without=()):
    for field in dataclasses.fields(theirs):
        left, right = getattr(ours, field.name), getattr(theirs, field.name)
        if isinstance(right, np.ndarray):
            assert left.dtype == right.dtype
            assert np.array_equal(left, right)
        elif field.name not in without:
            assert left == right


def test_equal_content_gives_equal_bytes(saved, tmp_path):
    _, path = saved
    save(tmp_path / "again.network", load(path))
    assert (tmp_path / "again.network").read_bytes() == path.read_bytes()


def test_every_truncation_is_refused(saved):
    _, path = saved
    content = path.read_bytes()
    for length in [*range(0, len(content), 97), len(content) - 1]:
        path.write_bytes(content[:length])
        with pytest.raises(NetworkFileError):
            load(path)


def test_every_flipped_bit_is_refused(saved):
    _, path = saved
    content = bytearray(path.read_bytes())
    rng = np.random.default_rng(3)
    for position in rng.choice(len(content), 400, replace=False):
        flipped = bytearray(content)
        flipped[position] ^= 1 << int(rng.integers(8))
        path.write_bytes(flipped)
        try:
            again = load(path)
        except NetworkFileError:
            continue
        # Only the container's padding and white space carry no content.
        save(path, again)
        assert path.read_bytes() == content, f"byte {position}"


def test_a_changed_weight_is_refused_by_the_checksum(saved):
    _, path = saved

    def change(tensors):
        tensors["layers.1.weights"][0, 0, 0, 0] ^= 1

    rewrite(path, change_tensors=change, seal=False)
    with pytest.raises(NetworkFileError, match="is damaged: its content does not have the SHA-256"):
        load(path)


def test_a_changed_offset_in_the_header_is_refused_by_the_checksum(saved):
    _, path = saved
    rewrite(path, lambda d: d["content"]["network"].update(time_steps=23), seal=False)
    with pytest.raises(NetworkFileError, match="is damaged"):
        load(path)


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda d: d.update(version=2), "has version 2, this program reads version 1"),
        (lambda d: d.update(format="other"), "is not a firstspike network file: expected the format"),
        (lambda d: d.update(colour="red"), "expected format, version, sha256 and content, got colour"),
        (lambda d: d["content"]["network"].pop("name"), "invalid header: network.name: Field required"),
        (
            lambda d: d["content"]["network"].update(time_steps="24"),
            "network.time_steps: Input should be a valid integer",
        ),
        (lambda d: d["content"]["network"].update(time_steps=23), "time_steps is 23, but .* configuration tiny has 24"),
        (
            lambda d: d["content"]["network"].update(input_shape=[4, 4, 4]),
            "layer first: expected 4 input channels, got 3",
        ),
        (lambda d: d["content"]["network"]["layers"].pop(), "expected 4 tensors for 1 layers, got 7"),
        (lambda d: d["content"]["network"]["layers"][0].update(stride=3), "layer first: stride must be 1 or 2, not 3"),
        (lambda d: d["content"]["schedule"].update(batch=0), "invalid schedule: batch"),
        (lambda d: d["content"]["schedule"]["config"].update(lanes=7), "invalid schedule: config: lanes must be"),
        (lambda d: d["content"]["schedule"]["runs"][1].update(layer=2), "the schedule runs layer 2, but there are 2"),
        (lambda d: d["content"]["schedule"]["runs"][1].update(images=2), "runs 2 images from 0 on in a batch of 1"),
        (lambda d: d["content"]["schedule"]["runs"][0]["passes"][0].update(channels=6), "6 output channels from 0 on"),
    ],
)
def test_a_wrong_header_is_refused_with_its_place(saved, change, message):
    _, path = saved
    rewrite(path, change)
    with pytest.raises(NetworkFileError, match=message):
        load(path)


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda t: t.pop("layers.0.biases"), "missing or superfluous: layers.0.biases"),
        (lambda t: t.update(other=np.zeros(3, dtype=np.uint8)), "missing or superfluous: other"),
        (lambda t: t.update(stream=np.zeros(4, dtype=np.int64)), "tensor stream must be uint8, not int64"),
        (lambda t: t.update(stream=np.zeros(5, dtype=np.uint8)), "whole words of 4 bytes, got 5 bytes"),
        (lambda t: t.update(stream=np.zeros(0, dtype=np.uint8)), "whole words of 4 bytes, got 0 bytes"),
        (lambda t: t.update(stream=np.zeros(4, dtype=np.float32)), "tensor stream must be one of U8, I64, not F32"),
        (
            lambda t: t.update({"layers.0.offsets": np.zeros(6, dtype=np.int64)}),
            "layer first: offsets must be int64 of",
        ),
        (
            lambda t: t.update({"layers.0.weights": np.full((5, 3, 3, 3), 32, np.uint8)}),
            "layer first: weight codes must",
        ),
        (lambda t: t.update({"layers.1.weights": np.zeros((3, 5, 3, 3), np.uint8)}), "layer last: kernel"),
    ],
)
def test_wrong_tensors_are_refused_by_name(saved, change, message):
    _, path = saved
    rewrite(path, change_tensors=change)
    with pytest.raises(NetworkFileError, match=message):
        load(path)


def test_foreign_files_are_refused(tmp_path):
    path = tmp_path / "foreign"
    path.write_bytes(b"\x89PNG" + bytes(100))
    with pytest.raises(NetworkFileError, match="is not a firstspike network file, or it is truncated"):
        load(path)
    save_safetensors({"weight": np.zeros(3)}, path)
    with pytest.raises(NetworkFileError, match="safetensors file without the metadata 'firstspike'"):
        load(path)
    save_safetensors({}, path, metadata={network_file.METADATA_KEY: '{"version": NaN}'})
    with pytest.raises(NetworkFileError, match="expected finite numbers, got NaN"):
        load(path)
    with pytest.raises(
        NetworkFileError, match="there is no network file .*: `firstspike export CHECKPOINT -o .*` makes one"
    ):
        load(tmp_path / "missing")
    with pytest.raises(NetworkFileError, match="cannot read network file"):
        load(tmp_path)


def test_parts_that_contradict_each_other_are_not_put_together():
    original = random_network_file()
    with pytest.raises(NetworkFileError, match="fraction_bits is 20, but"):
        NetworkFile(dataclasses.replace(original.network, fraction_bits=20), original.schedule, original.stream)


def test_the_data_set_is_kept_and_files_without_one_have_no_such_field(saved, tmp_path):
    original, path = saved
    with safe_open(path, framework="numpy") as container:
        assert "data_set" not in json.loads(container.metadata()["firstspike"])["content"]["network"]
    assert load(path).network.data_set is None
    named = dataclasses.replace(original, network=dataclasses.replace(original.network, data_set="cifar10"))
    save(tmp_path / "named.network", named)
    assert load(tmp_path / "named.network").network.data_set == "cifar10"
