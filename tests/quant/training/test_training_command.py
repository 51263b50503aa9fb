import json
import re

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image, ImageDraw

from firstspike import quant
from firstspike.golden.config import PRESETS
from firstspike.golden.datasets import digits, images
from firstspike.golden.evaluators import fast
from firstspike.quant.__main__ import TASKS, main
from firstspike.quant.importers import pytorch
from firstspike.quant.importers.importer import import_network
from firstspike.quant.training import tasks
from firstspike.quant.training.data import synthetic


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setattr("firstspike.quant.__main__.TRAINING", tmp_path / "training")

    def invoke(*arguments):
        result = CliRunner().invoke(main, ["train", *map(str, arguments)], env={"COLUMNS": "100"})
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return invoke


def test_the_command_line_knows_every_task():
    assert TASKS == tuple(tasks.TASKS)


SHORT = ("--clip-epochs", 3, "--ttfs-epochs", 1, "--frozen-epochs", 1)


def test_digits_are_trained_and_exported_as_they_were_trained(run, tmp_path):
    output = tmp_path / "mine.safetensors"
    result = run("digits", "-o", output, *SHORT)
    assert result.exit_code == 0, result.output
    accuracies = dict(re.findall(r"^ +(.+?) +([\d.]+)% *$", result.output, re.MULTILINE))
    assert list(accuracies) == ["float", "quantised", "frozen graph", "integer golden model"]
    exported = quant.export(output, "small")
    pixels, labels = digits.split(training=False)
    correct = (fast.run(exported.network, pixels).classes(exported.network) == labels).mean()
    assert f"{correct:.2%}" == accuracies["integer golden model"] + "%" == accuracies["frozen graph"] + "%"
    assert exported.network.name == "mine"


def test_the_path_of_cifar10_learns_on_small_synthetic_images(run, tmp_path):
    result = run("synthetic", "--clip-epochs", 4, "--ttfs-epochs", 1)
    assert result.exit_code == 0, result.output
    accuracy = float(re.search(r"integer golden model +([\d.]+)%", result.output)[1])
    assert accuracy > 60
    exported = quant.export(tmp_path / "training" / "synthetic.safetensors", "small").network
    assert exported.input_shape == (3, 32, 32) and len(exported.layers) == 8


def test_a_training_goes_on_where_it_stopped(run, tmp_path):
    output, again = tmp_path / "one.safetensors", tmp_path / "training" / "one.safetensors"
    run("digits", "-o", output, *SHORT)
    result = run("digits", "-o", again, "--resume", *SHORT)
    assert result.exit_code == 0, result.output
    assert again.read_bytes() == output.read_bytes()


def test_a_recipe_can_come_from_a_file(run, tmp_path):
    path = tmp_path / "recipe.json"
    path.write_text(json.dumps({"clip_epochs": 1, "ttfs_epochs": 0, "frozen_epochs": 0, "batch_size": 200}))
    result = run("digits", "--recipe", path)
    assert result.exit_code == 0 and "epoch 1 of 1, clip" in result.output


@pytest.mark.parametrize(
    "content, message",
    [
        (None, "cannot read recipe .*recipe.json: No such file"),
        ("[1]", "is not a JSON object"),
        ("{", "is not a JSON object"),
        ('{"clip_epochs": -1}', "recipe: clip_epochs: Input should be greater than or equal to 0"),
        ('{"speed": 1}', "recipe: speed: Extra inputs are not permitted"),
    ],
)
def test_bad_recipes_are_one_error(run, tmp_path, content, message):
    path = tmp_path / "recipe.json"
    if content is not None:
        path.write_text(content)
    result = run("digits", "--recipe", path)
    assert result.exit_code == 1 and re.search(message, " ".join(result.output.split()))
    assert not (tmp_path / "training").exists()


def test_cifar10_without_its_training_images_is_one_error(run, monkeypatch, tmp_path):
    monkeypatch.setenv("CIFAR10_DIR", str(tmp_path))
    result = run("cifar10")
    message = " ".join(result.output.split())
    assert result.exit_code == 1 and "expected the published files data_batch_1, data_batch_2" in message


@pytest.fixture
def shapes(tmp_path):
    """A folder of ten pictures: five circles and five squares."""
    for name, draw in (("circle", "ellipse"), ("square", "rectangle")):
        (tmp_path / "shapes" / name).mkdir(parents=True)
        for index in range(5):
            image = Image.new("RGB", (40 + index, 40))
            getattr(ImageDraw.Draw(image), draw)((6 + index, 6, 32 + index, 32), fill=(250, 220, 180))
            image.save(tmp_path / "shapes" / name / f"{index}.png")
    return tmp_path / "shapes"


def test_a_folder_of_ten_pictures_is_trained_and_belongs_to_its_network(run, tmp_path, shapes):
    result = run("--data", shapes, "--input-shape", 3, 9, 12, *SHORT)
    assert result.exit_code == 0, result.output
    assert "shapes: 8 images to train on, 2 held out to test, 2 classes" in result.output
    network = quant.export(tmp_path / "training" / "shapes.safetensors", "small").network
    assert (network.input_shape, network.class_names, network.data_set) == ((3, 9, 12), ("circle", "square"), "shapes")
    assert len(images.for_network(network, data=shapes).labels) == 10


def test_images_of_a_file_without_names_are_trained_by_another_tasks_recipe(run, tmp_path):
    pixels, labels = digits.split(training=False)
    np.savez(tmp_path / "set.npz", images=pixels[:120], labels=labels[:120])
    result = run("digits", "--data", tmp_path / "set.npz", "-o", tmp_path / "mine.safetensors", *SHORT)
    assert result.exit_code == 0, result.output
    network = quant.export(tmp_path / "mine.safetensors", "tiny").network
    assert network.class_names == tuple("0123456789") and network.data_set == "set" and len(network.layers) == 4


@pytest.mark.parametrize(
    "arguments, message",
    [
        ([], "expected a task (digits, cifar10, cifar100, tinyimagenet, small, synthetic) or --data"),
        (["small"], "the task small has no images of its own: name them with --data"),
        (["--data", "nothing"], "no data set 'nothing': expected digits, cifar10"),
        (
            ["--data", "digits", "--input-shape", 3, 8, 8],
            "so the input shape cannot be 3 x 8 x 8: only the pictures of a",
        ),
    ],
)
def test_what_cannot_be_trained_is_one_error_and_leaves_nothing(run, tmp_path, arguments, message):
    result = run(*arguments)
    assert result.exit_code == 1 and message in " ".join(result.output.split())
    assert not (tmp_path / "training").exists()


@pytest.mark.parametrize("shape", [(1, 3, 3), (1, 8, 8), (3, 9, 7), (3, 17, 40), (3, 32, 32), (1, 64, 48)])
def test_the_small_network_suits_images_of_any_size(shape):
    data = synthetic(shape, 3, 6)
    checkpoint, architecture = pytorch.describe(tasks.untrained(tasks.TASKS["small"], data, 1), shape)
    network, _ = import_network(checkpoint, architecture, PRESETS["paper"])
    assert network.layers[-1].out_channels == 3 and max(network.maps()[-2][1:]) <= 4
