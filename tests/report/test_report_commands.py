"""The commands `report` and `sweep` as a user calls them: files, and one clear error each for bad input."""

import json
import sys

import pytest
from click.testing import CliRunner

from firstspike.command_line import main
from firstspike.golden import energy


def call(*arguments):
    return CliRunner().invoke(main, list(map(str, arguments)))


def test_report_writes_page_and_data(tmp_path):
    result = call("report", "--model", "digits", "--images", 4, "--output", tmp_path)
    assert result.exit_code == 0, result.output
    names = {path.name.split("-energy.")[1] for path in tmp_path.iterdir()}
    assert names == {"html", "json", "csv", "accelergy.yaml", "neurobench.json"}
    (page,) = tmp_path.glob("*.html")
    assert all(str(path) in result.output for path in tmp_path.iterdir())
    summary = json.loads(page.with_suffix(".json").read_text())["summary"]
    assert summary["images"] == 4


def test_report_beside_another_one_names_it(tmp_path):
    arguments = ("report", "--model", "digits", "--images", 2, "--output")
    assert call(*arguments, tmp_path / "one").exit_code == 0
    (other,) = (tmp_path / "one").glob("*-energy.json")
    result = call(*arguments, tmp_path / "two", "--dram", "ddr4", "--against", other)
    assert result.exit_code == 0, result.output
    document = json.loads((tmp_path / "two" / other.name).read_text())
    assert document["against"]["report"] == other.name
    assert document["against"]["differences"] == [{"what": "DRAM", "this": "ddr4", "other": "hbm2"}]


@pytest.mark.parametrize(
    "arguments, message",
    [
        (("--table", "none"), "Error: unknown energy table 'none': expected a YAML file or one of cacti_28nm"),
        (("--table", "none.yaml"), "Error: cannot read energy table none.yaml: No such file or directory"),
        (("--dram", "sram"), "Error: unknown DRAM 'sram': expected one of hbm2, ddr4, lpddr4"),
        (("--model", "vgg99"), "Error: no model 'vgg99'"),
        (("--config", "huge"), "Error: unknown configuration 'huge'"),
        (("--rtl", "none.json"), "Error: cannot read the simulation report none.json"),
        (("--show", "99"), "Error: the image to show must be one of 0 to 1, not 99"),
        (("--batch", "4"), "Error: expected whole batches of 4 images, got 2 images"),
        (("--against", "none.json"), "Error: cannot read the report none.json: No such file or directory"),
    ],
)
def test_bad_input_of_report_is_one_clear_error(tmp_path, arguments, message):
    result = call("report", "--model", "digits", "--images", 2, "--output", tmp_path, *arguments)
    assert result.exit_code == 1
    assert message in result.output and "Traceback" not in result.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments, code, message",
    [
        (("--image", "none.png"), 1, "cannot read the picture none.png: No such file"),
        (("--image", "cat.png", "--images", 2), 2, "--images and --image exclude each other"),
    ],
)
def test_a_report_of_a_picture_is_of_that_picture_alone(tmp_path, arguments, code, message):
    result = call("report", "--model", "digits", "--output", tmp_path, *arguments)
    assert result.exit_code == code and message in result.output and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments, message",
    [
        (("--space", "none.yaml"), "Error: cannot read the design space none.yaml"),
        (("--model", "vgg99"), "Error: no model 'vgg99'"),
    ],
)
def test_bad_input_of_sweep_is_one_clear_error(tmp_path, arguments, message):
    result = call("sweep", "--output", tmp_path / "out", *arguments)
    assert result.exit_code == 1
    assert message in result.output and "Traceback" not in result.output


def test_scheduler_and_workers_exclude_each_other():
    result = call("sweep", "--scheduler", "tcp://host:8786", "--workers", 2)
    assert result.exit_code == 2
    assert "--workers is for the cluster of this machine" in result.output


def test_a_missing_package_is_named_with_the_way_to_get_it(monkeypatch):
    monkeypatch.delitem(sys.modules, "firstspike.report.energy.energy_command", raising=False)
    monkeypatch.setitem(sys.modules, "yaml", None)
    monkeypatch.delitem(sys.modules, "firstspike.golden.energy.tables", raising=False)
    monkeypatch.delattr(energy, "tables", raising=False)
    result = call("report")
    assert result.exit_code == 1
    assert "`firstspike report` needs the package yaml, which comes with one of the extras" in result.output
