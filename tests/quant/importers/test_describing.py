import re

import pytest
from click.testing import CliRunner

from firstspike.quant.__main__ import main
from firstspike.quant.importers import architecture


def run(*arguments):
    return CliRunner().invoke(main, ["describe", *map(str, arguments)])


def test_the_description_of_a_module_can_be_read_back(tmp_path):
    output = tmp_path / "digits.json"
    result = run("firstspike.quant.training.modules:digits", "--input-shape", 1, 8, 8, "-o", output)
    assert result.exit_code == 0, result.output
    described = architecture.load(output)
    assert described.input_shape == (1, 8, 8)
    assert [layer.kind for layer in described.layers] == ["convolution"] * 3 + ["linear"]


@pytest.mark.parametrize("file, layers", [("models/digits.safetensors", 4), ("tests/data/sinabs_cnn.nir", 3)])
def test_the_description_of_a_file_is_printed(file, layers):
    result = run(file)
    assert result.exit_code == 0, result.output
    assert len(architecture.Architecture.from_json(result.output, "test").layers) == layers


@pytest.mark.parametrize(
    "arguments, message",
    [
        (
            ["firstspike.quant.training.modules:digits"],
            "a module does not say what its input is; name it with --input-shape",
        ),
        (["firstspike.quant.training.modules:nothing", "--input-shape", 1, 8, 8], "has no attribute 'nothing'"),
        (["no_such_package:x", "--input-shape", 1, 8, 8], "No module named 'no_such_package'"),
        (["builtins:dict", "--input-shape", 1, 8, 8], "expected a torch.nn.Module, .* got dict"),
        (["models/missing.safetensors"], "there is no file models/missing.safetensors"),
    ],
)
def test_what_cannot_be_described_is_one_error(arguments, message):
    result = run(*arguments)
    assert result.exit_code == 1
    assert re.search(message, result.output) and "Traceback" not in result.output


def test_a_file_in_the_way_of_the_description_is_one_error(tmp_path):
    (tmp_path / "file").write_text("")
    result = run(
        "firstspike.quant.training.modules:digits", "--input-shape", 1, 8, 8, "-o", tmp_path / "file" / "described.json"
    )
    assert result.exit_code == 1
    assert result.output.startswith("Error: ") and "Traceback" not in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
