"""The wheel has everything that a run needs, and runs where there is no checkout."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from firstspike.golden.paths import BUILD
from firstspike.sim.verilator import OBJECTS_VARIABLE

ROOT = Path(__file__).parents[2]
FOLDERS = ("golden", "hw", "quant", "sim", "flow", "report", "verify", "models")
ESSENTIAL = (
    "verify/mutation/survivors.yaml",
    "sim/netlist.vlt",
    "sim/testbench/testbench.sv",
    "hw/rtl/firstspike_sram.sv",
    "golden/energy/tables/cacti_28nm.yaml",
    "report/energy/templates/page.html",
    "models/digits.safetensors",
)
PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A copy of the project: building leaves folders behind, and older ones would get into the wheel."""
    copy = tmp_path_factory.mktemp("source")
    for folder in ("firstspike", *FOLDERS):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    for file in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / file, copy)
    return copy


@pytest.fixture(scope="module")
def wheel(source, tmp_path_factory):
    made = tmp_path_factory.mktemp("wheel")
    packed = {
        path.relative_to(source).as_posix()
        for folder in ("firstspike", *FOLDERS)
        for path in (source / folder).rglob("*")
        if path.is_file()
    }
    # Without isolation pip takes the setuptools of the extra `test` instead of the newest one from the network.
    call([*PIP, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", made, source])
    (path,) = made.glob("*.whl")
    return path, packed


def call(command, **options):
    outcome = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    assert outcome.returncode == 0, outcome.stdout
    return outcome.stdout


def test_the_wheel_has_every_file_of_the_packages_and_nothing_else(wheel):
    path, packed = wheel
    with zipfile.ZipFile(path) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert {f"firstspike/{name}" for name in ESSENTIAL} <= names
    assert names == {name if name.startswith("firstspike/") else f"firstspike/{name}" for name in packed}


def test_the_installed_wheel_simulates_in_an_empty_folder(wheel, tmp_path):
    site, empty = tmp_path / "site", tmp_path / "empty"
    empty.mkdir()
    call([*PIP, "install", "--no-deps", "--target", site, wheel[0]])
    environment = {name: value for name, value in os.environ.items() if name != "FIRSTSPIKE_BUILD"}
    # Verilator's runtime is not the wheel's own; what is compiled of it may be shared.
    environment |= {"PYTHONPATH": str(site), "COLUMNS": "120", OBJECTS_VARIABLE: str(BUILD / "sim" / "objects")}

    # The environment of the tests has the checkout installed too.
    program = (
        "import firstspike, firstspike.golden.paths, firstspike.sim.simulate; "
        "print(firstspike.__file__, firstspike.golden.paths.__file__, firstspike.sim.simulate.__file__)"
    )
    for file in call([sys.executable, "-c", program], cwd=empty, env=environment).split():
        assert Path(file).is_relative_to(site)

    command = "-m firstspike sim --model digits --config tiny --images 1".split()
    output = call([sys.executable, *command], cwd=empty, env=environment)
    assert "BIT-EXACT" in output
    # A wheel's folder is not to be written to.
    assert [entry.name for entry in empty.iterdir()] == ["build"]
    assert json.loads((empty / "build" / "reports" / "digits.json").read_text())["summary"]["bit_exact"] is True
