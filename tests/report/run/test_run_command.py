import json
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from firstspike.golden import network_file as files
from firstspike.golden.config import PRESETS
from firstspike.golden.errors import SimulationError
from firstspike.golden.network import Layer, Network
from firstspike.golden.network_file import NetworkFile
from firstspike.golden.streams import network_stream as stream
from firstspike.quant.mapper import mapper
from firstspike.quant.models import SUFFIX
from firstspike.report.run import run_command as command


@pytest.fixture
def reports(tmp_path, monkeypatch):
    monkeypatch.setattr(command, "REPORTS", tmp_path / "reports")
    return tmp_path / "reports"


@pytest.fixture
def network_path(tmp_path):
    """Network file of a small network that takes pictures of 3 x 8 x 8 pixels."""
    rng = np.random.default_rng(1)

    def layer(name, outputs, inputs, kernel, fires):
        return Layer.of(
            name,
            rng.integers(0, 32, (outputs, inputs, kernel, kernel), dtype=np.uint8),
            rng.integers(-1 << 20, 1 << 20, outputs, dtype=np.int64),
            rng.integers(-4, 5, outputs, dtype=np.int64),
            fires=fires,
        )

    network = Network(
        "pictures",
        (layer("conv1", 6, 3, 3, True), layer("conv2", 4, 6, 4, True), layer("fc", 3, 4, 3, False)),
        (3, 8, 8),
        class_names=("cat", "dog", "cow"),
    )
    schedule = mapper.schedule(network, PRESETS["tiny"])
    path = tmp_path / f"pictures{SUFFIX}"
    files.save(path, NetworkFile(network, schedule, stream.encode(network, schedule)))
    return path


@pytest.fixture
def picture_path(tmp_path):
    path = tmp_path / "my cat.jpg"
    Image.fromarray(np.random.default_rng(2).integers(0, 256, (40, 60, 3), dtype=np.uint8)).save(path)
    return path


def run(*arguments):
    return CliRunner().invoke(command.sim, list(map(str, arguments)))


def test_a_picture_of_the_users_is_simulated_shown_and_reported(tiny, reports, network_path, picture_path):
    outcome = run("--model", network_path, "--image", picture_path, "--stall", "0.2", "--seed", "7")
    assert outcome.exit_code == 0, outcome.output
    for text in ("▀", "image 0: ", "BIT-EXACT", "equal the golden model's", "cycles a second"):
        assert text in " ".join(outcome.output.split())
    assert (reports / "pictures-input.png").exists()
    document = json.loads((reports / "pictures.json").read_text())
    assert (document["summary"]["stall"], document["summary"]["seed"]) == (0.2, 7)
    assert document["images"][0]["class"] in ("cat", "dog", "cow")


def test_a_mismatch_is_named_and_the_exit_code_says_so(tiny, reports, network_path, picture_path):
    loaded = files.load(network_path)
    network = loaded.network
    last = replace(network.layers[-1], biases=network.layers[-1].biases + 1)
    changed = replace(network, layers=(*network.layers[:-1], last))
    files.save(network_path, replace(loaded, stream=stream.encode(changed, loaded.schedule)))
    outcome = run("--model", network_path, "--image", picture_path)
    assert outcome.exit_code == 1
    assert "MISMATCH, first in time: layer fc, image 0, channel 0, row 0, column 0, cycle " in outcome.output
    assert "BIT-EXACT" not in outcome.output
    assert json.loads((reports / "pictures.json").read_text())["summary"]["bit_exact"] is False


def test_an_error_of_the_processor_is_shown_without_traceback(tiny, reports, network_path, picture_path):
    loaded = files.load(network_path)
    files.save(network_path, replace(loaded, stream=loaded.stream[: -len(loaded.stream) // 2 // 4 * 4]))
    outcome = run("--model", network_path, "--image", picture_path)
    assert outcome.exit_code == 1 and isinstance(outcome.exception, SystemExit)
    assert "Error: the processor reports EARLY_END: the network stream ended (tlast) before its END" in outcome.output
    assert not (reports / "pictures.json").exists()


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["--stall", "1"], "1.0 is not in the range 0<=x<=0.95"),
        (["--stall", "much"], "'much' is not a valid float"),
        (["--seed", "-1"], "-1 is not in the range"),
        (["--images", "0"], "0 is not in the range x>=1"),
        (["--batch", "17"], "17 is not in the range 1<=x<=16"),
        (["--images", "2", "--image", "cat.png"], "--images and --image exclude each other"),
        (["--model", "vgg99"], "no model 'vgg99': expected one of"),
        (
            ["--model", "none.firstspike"],
            "there is no network file none.firstspike: `firstspike export CHECKPOINT -o none.firstspike` makes",
        ),
        (["--config", "huge"], "unknown configuration 'huge'"),
    ],
)
def test_a_wrong_argument_gives_one_clear_error(reports, arguments, message):
    outcome = run(*arguments)
    assert outcome.exit_code != 0 and isinstance(outcome.exception, SystemExit)
    assert message in " ".join(outcome.output.split())
    assert "Traceback" not in outcome.output and not reports.exists()


@pytest.mark.parametrize("content", [None, b"no picture"])
def test_a_file_that_is_no_picture_is_refused(reports, network_path, tmp_path, content):
    path = tmp_path / "cat.png"
    if content is not None:
        path.write_bytes(content)
    outcome = run("--model", network_path, "--image", path)
    assert outcome.exit_code == 1 and "picture" in outcome.output
    assert "Traceback" not in outcome.output and not reports.exists()


def test_a_simulator_that_cannot_be_built_is_reported(reports, network_path, picture_path, monkeypatch):
    def fail(config, waves, on_compile):
        raise SimulationError("recording waves needs the header lz4.h (Debian package liblz4-dev)")

    monkeypatch.setattr(command, "build_simulator", fail)
    outcome = run("--model", network_path, "--image", picture_path, "--waves")
    assert outcome.exit_code == 1
    assert outcome.output.endswith("Error: recording waves needs the header lz4.h (Debian package liblz4-dev)\n")


@pytest.mark.parametrize("name", ["/tmp/outside/evil", "../../x", "o[/]x", "[bold]$a$"])
def test_a_name_of_a_network_is_neither_a_path_nor_markup(tiny, reports, network_path, picture_path, tmp_path, name):
    loaded = files.load(network_path)
    names = ("[red]cat", "[/]", "a:smile:")
    layers = tuple(replace(layer, name=f"[/]{layer.name}") for layer in loaded.network.layers)
    network = replace(loaded.network, name=name, class_names=names, layers=layers)
    folder = tmp_path / "o[/] [bold]x"
    folder.mkdir(parents=True)
    path = folder / f"net{SUFFIX}"
    files.save(path, replace(loaded, network=network))
    outcome = run("--model", path, "--image", picture_path.rename(folder / "cat.jpg"))
    assert outcome.exit_code == 0, outcome.output
    assert any(f"image 0: {one}, " in outcome.output for one in names)
    assert "[/]conv1" in outcome.output and str(folder / "cat.jpg") in outcome.output
    (report,) = reports.glob("*.json")
    assert json.loads(report.read_text())["summary"]["model"] == name
    assert {found.name for found in tmp_path.iterdir()} == {f"pictures{SUFFIX}", "o[", "reports"}


def test_the_report_has_a_default_number_of_images_and_waves_one_batch(monkeypatch, network_path):
    asked = []
    monkeypatch.setattr(
        command.image_sources,
        "for_network",
        lambda network, count, batch, data: asked.append((count, batch)) or exit(3),
    )
    assert run("--model", network_path).exit_code == 3
    assert run("--model", network_path, "--waves").exit_code == 3
    assert asked == [(None, 1), (1, 1)]


def test_a_log_says_what_is_compiled_and_how_long_it_took_the_last_time(
    tiny, reports, network_path, picture_path, monkeypatch
):
    build = command.build_simulator

    def slow(config, waves, on_compile):
        on_compile(None)
        on_compile(83.6)
        return build(config, waves=waves)

    monkeypatch.setattr(command, "build_simulator", slow)
    outcome = run("--model", network_path, "--image", picture_path)
    assert "compiling the simulator of the configuration tiny (it takes minutes)" in outcome.output
    assert "compiling the simulator of the configuration tiny (it took 84 s the last time)" in outcome.output


def test_a_network_file_is_not_calibrated_again(network_path):
    outcome = run("--model", network_path, "--calibration", "10")
    assert outcome.exit_code == 1 and "is rounded already: to calibrate, name the checkpoint" in outcome.output
