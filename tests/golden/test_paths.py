"""Names that come from users and from files, as names of files."""

from pathlib import Path

import pytest

from firstspike.golden.paths import LONGEST_NAME, file_name

NAMES = (
    "/etc/passwd",
    "../../x",
    "..",
    ".",
    "",
    "a/b",
    "a\\b",
    ".hidden",
    "x" * 300,
    "x" * 299 + "y",
    "Fuß",
    "a\0b",
    "~",
    "a%2Fb",
)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_one_component_that_stays_in_its_folder(name, tmp_path):
    path = tmp_path / f"{file_name(name)}.json"
    assert path.parent == tmp_path and path.resolve().parent == tmp_path.resolve()
    assert Path(file_name(name)).name == file_name(name)
    path.write_text("it")
    assert len(file_name(name)) <= LONGEST_NAME


def test_different_names_have_different_file_names():
    assert len({file_name(name) for name in NAMES}) == len(NAMES)


@pytest.mark.parametrize("name", ["vgg16_cifar10", "digits", "my net-2.1", "ResNet18+x"])
def test_ordinary_names_stay_as_they_are(name):
    assert file_name(name) == name
