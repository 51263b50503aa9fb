import json
import re

import pytest
from click.testing import CliRunner

from firstspike import quant
from firstspike.golden.datasets import digits
from firstspike.golden.evaluators import fast
from firstspike.quant.__main__ import TASKS, main
from firstspike.quant.training import tasks


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
    monkeypatch.delenv("CIFAR10_DIR", raising=False)
    monkeypatch.setattr("firstspike.golden.datasets.cifar10.DIRECTORY", tmp_path / "nothing")
    result = run("cifar10")
    assert result.exit_code == 1 and "training needs all files of CIFAR-10" in " ".join(result.output.split())
