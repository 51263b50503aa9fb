import json

import numpy as np
import pytest
from click.testing import CliRunner

from firstspike.golden import network_file
from firstspike.golden.config import PRESETS
from firstspike.golden.evaluators import fast
from firstspike.quant.__main__ import main
from firstspike.quant.calibration.layer_rounding import DESCRIPTIONS
from firstspike.quant.export import CLASS_DIFFERENCE, MOST_DIFFERENCE


@pytest.fixture
def run():
    def invoke(*arguments):
        return CliRunner().invoke(main, [str(argument) for argument in arguments], env={"COLUMNS": "100"})

    return invoke


@pytest.fixture
def path(write_checkpoint, tensors, description):
    return write_checkpoint(tensors, description)


def test_export_writes_the_network_file_and_its_memory_images(run, path, tmp_path):
    output = tmp_path / "new" / "random.network"
    result = run("export", path, "-o", output, "--config", "tiny", "--batch", 2, "--memory-images", tmp_path / "images")
    assert result.exit_code == 0, result.output
    exported = network_file.load(output)
    assert (exported.schedule.config.name, exported.schedule.batch) == ("tiny", 2)
    assert (tmp_path / "images" / "random.bin").read_bytes() == exported.stream
    assert len((tmp_path / "images" / "random.hex").read_text().splitlines()) == len(exported.stream) // 4
    assert (tmp_path / "images" / "random.json").exists()
    for written in (output, tmp_path / "images" / "random.bin", tmp_path / "images" / "random.hex"):
        assert f"wrote {written} ({written.stat().st_size:,} bytes)" in result.output
    assert [p.name for p in output.parent.iterdir()] == ["random.network"]


@pytest.mark.parametrize("folder", ["o[/]", "[bold]", "a b [c]"])
def test_a_path_is_printed_as_it_is(run, write_checkpoint, tensors, description, tmp_path, folder):
    """`-o 'o[/]/x.firstspike'` wrote the file and ended in a traceback; `[bold]` was missing from the printed path."""
    names = ["[red]cat", "[/]", "a", "b", "c"]
    checkpoint = write_checkpoint(tensors, description | {"name": "[/]net", "class_names": names})
    output = tmp_path / folder / "x.firstspike"
    result = run("export", checkpoint, "-o", output, "--config", "tiny", "--memory-images", tmp_path / folder)
    assert result.exit_code == 0 and result.exception is None, result.output
    assert f"wrote {output} ({output.stat().st_size:,} bytes)" in result.output
    for shown in (result.output, run("inspect", output).output):
        assert "[/]net" in shown and "[red]cat, [/], a, b, c" in " ".join(shown.split())


@pytest.mark.parametrize(
    "output, options",
    [
        ("random.safetensors", ()),
        ("random.json", ()),
        ("link.network", ()),
        ("other.json", ("--architecture", "other.json")),
        ("images.npy", ("--calibration", "images.npy")),
        ("random.network", ("--memory-images", ".")),
        ("new.json", ("--memory-images", ".")),
    ],
)
def test_no_file_is_written_over_one_that_is_read(run, path, description, tmp_path, monkeypatch, output, options):
    """`-o` with the checkpoint's own name replaced the trained weights; `--memory-images .` the description beside them."""
    monkeypatch.chdir(tmp_path)
    for name in ("random.json", "other.json"):
        (tmp_path / name).write_text(json.dumps(description))
    np.save("images.npy", np.zeros((3, 3, 10, 8), np.uint8))
    (tmp_path / "link.network").symlink_to(path)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    result = run("export", path.name, "-o", output, "--config", "tiny", *options)
    assert result.exit_code == 1 and "would be written over a file that the command reads or writes" in result.output
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_a_description_is_not_written_over_the_checkpoint(run, path):
    before = path.read_bytes()
    result = run("describe", path, "-o", path)
    assert result.exit_code == 1 and "would be written over a file that the command reads" in result.output
    assert path.read_bytes() == before


def test_inspect_prints_geometry_error_and_schedule(run, path, tmp_path):
    output = tmp_path / "random.network"
    run("export", path, "-o", output, "--config", "tiny")
    result = run("inspect", output)
    assert result.exit_code == 0, result.output
    exported = network_file.load(output)
    rows = [line.split() for line in result.output.splitlines()]
    assert ["conv0", "3x10x8", "9x5x4", "3x3", "1x1", "1", "2x2", "243"] in rows
    assert ["conv1", "9x5x4", "6x3x2", "3x2", "1x0", "2", "-", "324"] in rows
    for figures in exported.origin["quantisation"]:
        assert any(row[:1] == [figures["layer"]] and f"{figures['relative_error']:.3%}" in row for row in rows)
    for run_of_layer in exported.schedule.runs:
        name = exported.network.layers[run_of_layer.layer].name
        weight_rows = sum(step.rows for step in run_of_layer.passes)
        assert any(row[:2] == [name, "0..0"] and f"{weight_rows:,}" in row for row in rows)
    assert f"{len(exported.stream) // 4:,} words" in result.output


@pytest.mark.parametrize(
    "change, message",
    [
        ({"--config": "huge"}, "Error: unknown configuration 'huge': expected a JSON file or one of tiny, small"),
        ({"--architecture": "missing.json"}, "Error: cannot read architecture missing.json: No such file or directory"),
        ({"--batch": 17}, "17 is not in the range 1<=x<=16"),
        ({"--input-coding": "rate"}, "'rate' is not one of 'direct', 'ttfs'"),
    ],
)
def test_wrong_options_end_with_one_error_and_no_file(run, path, tmp_path, change, message):
    options = {"--config": "tiny"} | change
    output = tmp_path / "out" / "random.network"
    result = run("export", path, "-o", output, *[part for option in options.items() for part in option])
    assert result.exit_code != 0
    assert message in result.output
    assert "Traceback" not in result.output
    assert not output.parent.exists()


def test_an_overflow_ends_with_one_error_and_no_file(run, write_checkpoint, tmp_path):
    config = tmp_path / "narrow.json"
    config.write_text(PRESETS["tiny"].model_copy(update={"acc_bits": 23}).to_json())
    path = write_checkpoint(
        {"fc.weight": np.ones((2, 400), np.float32)},
        {
            "name": "wide",
            "input_shape": [1, 20, 20],
            "layers": [{"name": "fc", "kind": "linear", "weight": "fc.weight", "activation": "none"}],
        },
    )
    result = run("export", path, "-o", tmp_path / "random.network", "--config", config)
    assert result.exit_code == 1
    assert result.output.startswith("Error: layer fc, output channel 0: the membrane potential may be")
    assert not (tmp_path / "random.network").exists()


def test_a_truncated_checkpoint_ends_with_one_error_and_no_file(run, path, tmp_path):
    path.write_bytes(path.read_bytes()[:-1])
    result = run("export", path, "-o", tmp_path / "random.network", "--config", "tiny")
    assert result.exit_code == 1
    assert result.output.startswith("Error: checkpoint ")
    assert "is not a safetensors file, or it is truncated" in result.output
    assert not (tmp_path / "random.network").exists()


def test_a_directory_in_the_way_is_one_error(run, path, tmp_path):
    (tmp_path / "file").write_text("")
    result = run("export", path, "-o", tmp_path / "file" / "random.network", "--config", "tiny")
    assert result.exit_code == 1
    assert result.output.startswith(f"Error: cannot write {tmp_path / 'file'}")


def test_memory_images_that_cannot_be_written_leave_no_network_file(run, path, tmp_path):
    (tmp_path / "file").write_text("")
    output, images = tmp_path / "random.network", tmp_path / "file" / "images"
    result = run("export", path, "-o", output, "--config", "tiny", "--memory-images", images)
    assert result.exit_code == 1 and f"Error: cannot write {images}" in result.output and not output.exists()


def test_inspecting_a_checkpoint_is_one_error(run, path, tmp_path):
    result = run("inspect", path)
    assert result.exit_code == 1
    assert "is not a firstspike network file: it is a safetensors file without the metadata" in result.output
    result = run("inspect", tmp_path / "missing")
    assert result.exit_code == 1
    assert "Error: there is no network file" in result.output


def test_calibration_images_of_a_file_round_the_network_and_show_where_the_error_comes_from(run, path, tmp_path):
    images = np.random.default_rng(1).integers(0, 256, (30, 3, 10, 8), dtype=np.uint8)
    np.save(tmp_path / "images.npy", images)
    plain, calibrated = tmp_path / "plain.network", tmp_path / "calibrated.network"
    run("export", path, "-o", plain, "--config", "tiny")
    result = run("export", path, "-o", calibrated, "--config", "tiny", "--calibration", tmp_path / "images.npy")
    assert result.exit_code == 0, result.output
    assert f"calibration images: {tmp_path / 'images.npy'}" in result.output
    loaded = network_file.load(calibrated)
    assert loaded.origin["calibration_images"] == 30
    assert (loaded.network.layers[1].weights != network_file.load(plain).network.layers[1].weights).any()
    for figures in loaded.origin["quantisation"]:
        row = [figures["layer"], *(f"{figures[name]:.3%}" for name in DESCRIPTIONS)]
        assert row in [line.split() for line in result.output.splitlines()]
        assert row in [line.split() for line in run("inspect", calibrated).output.splitlines()]


def test_calibration_without_images_is_one_error(run, path, tmp_path):
    result = run("export", path, "-o", tmp_path / "no.network", "--config", "tiny", "--calibration", "50")
    assert result.exit_code == 1 and "network random takes images of 3 x 10 x 8" in " ".join(result.output.split())
    assert not (tmp_path / "no.network").exists()


@pytest.mark.parametrize("coding", ["direct", "ttfs"])
def test_a_network_that_rounding_changes_is_exported_with_a_warning(run, write_checkpoint, tmp_path, coding):
    rng = np.random.default_rng(1)
    # Grey levels that one spike time means: coded so, every image is the same.
    np.save(tmp_path / "images.npy", rng.integers(200, 206, (60, 1, 8, 8), dtype=np.uint8))
    weights = rng.permutation(np.repeat([-0.5, 0.5], 32))
    layer = {"name": "fc", "kind": "linear", "weight": "fc.weight", "activation": "none"}
    described = {"name": "grey", "input_shape": [1, 8, 8], "layers": [layer]}
    path = write_checkpoint({"fc.weight": np.stack([weights, -weights]).astype(np.float32)}, described)
    output = tmp_path / "a.network"
    options = ("--config", "tiny", "--input-coding", coding, "--calibration", tmp_path / "images.npy")
    result = run("export", path, "-o", output, *options)
    assert result.exit_code == 0, result.output
    difference = network_file.load(output).origin[CLASS_DIFFERENCE]
    assert (difference > MOST_DIFFERENCE) == (coding == "ttfs")
    assert f"{difference:.1%} of the calibration images are classed otherwise" in result.output
    assert ("Warning: " in result.output) == (coding == "ttfs")


def test_a_normalisation_of_the_command_line_is_folded_into_the_first_layer(run, write_checkpoint, tmp_path):
    weights = {"fc.weight": np.full((2, 4), 0.5, np.float32), "fc.bias": np.array([0.25, -0.5], np.float32)}
    layer = {"name": "fc", "kind": "linear", "weight": "fc.weight", "bias": "fc.bias", "activation": "none"}
    described = {"name": "x", "input_shape": [2, 1, 2], "layers": [layer]}
    path, output = write_checkpoint(weights, described), tmp_path / "a.network"
    result = run("export", path, "-o", output, "--config", "tiny", "--mean", "0.5,0.25", "--std", "0.5")
    assert result.exit_code == 0, result.output
    network = network_file.load(output).network
    images = np.array([[[[128, 64]], [[64, 0]]]], np.uint8)
    normalised = (images / 256 - np.array([0.5, 0.25])[:, None, None]) / 0.5
    unit = 2.0 ** (network.layers[0].offsets / 4 - network.fraction_bits)
    assert np.array_equal(fast.run(network, images).potentials[0] * unit, 0.5 * normalised.sum() + weights["fc.bias"])


@pytest.mark.parametrize(
    "options, mean, std",
    [
        ((), 0.5, 0.25),
        (("--mean", "0.75"), 0.75, 0.25),
        (("--std", "2"), 0.5, 2),
        (("--mean", "0", "--std", "-1"), 0, -1),
    ],
)
def test_of_a_normalisation_what_is_not_given_is_that_of_the_description(
    run, write_checkpoint, tmp_path, options, mean, std
):
    """`--mean` alone replaced the std of the description by 1."""
    weights = {"fc.weight": np.full((2, 4), 0.5, np.float32)}
    layer = {"name": "fc", "kind": "linear", "weight": "fc.weight", "activation": "none"}
    described = {"name": "x", "input_shape": [1, 2, 2], "input_mean": [0.5], "input_std": [0.25], "layers": [layer]}
    path, output = write_checkpoint(weights, described), tmp_path / "a.network"
    assert run("export", path, "-o", output, "--config", "tiny", *options).exit_code == 0
    network, image = network_file.load(output).network, np.array([[[[128, 64], [0, 32]]]], np.uint8)
    unit = 2.0 ** (network.layers[0].offsets / 4 - network.fraction_bits)
    assert np.array_equal(
        fast.run(network, image).potentials[0] * unit, np.full(2, 0.5 * ((image / 256 - mean) / std).sum())
    )


@pytest.mark.parametrize(
    "options, message",
    [
        (("--mean", ""), "--mean: expected numbers separated by commas, got ''"),
        (("--std", "0"), "its std finite and not 0"),
        (("--std", "nan"), "its std finite and not 0"),
        (("--mean", "inf"), "the mean of the input must be finite"),
        (("--mean", "0.5,x"), "--mean: expected numbers separated by commas, got '0.5,x'"),
        (("--std", "1,2"), "expected a mean and a std for each of its 3 input channels, got 3 and 2"),
        (("--mean", "0.5"), "a padded pixel is 0 after the normalisation"),
    ],
)
def test_a_normalisation_that_cannot_be_folded_is_one_error(run, path, tmp_path, options, message):
    result = run("export", path, "-o", tmp_path / "a.network", "--config", "tiny", *options)
    assert result.exit_code == 1 and message in " ".join(result.output.split())
    assert not (tmp_path / "a.network").exists()
