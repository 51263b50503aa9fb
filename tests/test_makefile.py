import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TARGETS = ("help", "sim", "verilog", "golden", "test", "install", "clean", "distclean")
VARIABLES = ("MODEL", "CONFIG", "DATA", "IMAGES", "IMAGE", "BATCH", "STALL", "SEED", "WAVES")
TOOLS = ("sh", "make", "sed", "printf", "uname", "dirname", "cat", "rm", "touch", "g++", "perl")


def clean_environment():
    """Without what a surrounding `make test TESTS=...` exports."""
    ours = {*VARIABLES, "TESTS", "JOBS", "PYTHON3"}
    return {
        name: value
        for name, value in os.environ.items()
        if name not in ours and not name.startswith(("MAKE", "MFLAGS"))
    }


def run(command, path=None):
    environment = clean_environment()
    if path is not None:
        environment["PATH"] = str(path)
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def bin_without(directory, *missing):
    """A directory with links to the tools except those `missing`."""
    tools = {tool: shutil.which(tool) for tool in TOOLS} | {"python3": os.path.realpath(sys.executable)}
    for tool, path in tools.items():
        if tool not in missing:
            (directory / tool).symlink_to(path)
    return directory


def fake(directory, tool, script):
    (directory / tool).unlink(missing_ok=True)
    (directory / tool).write_text(f"#!/bin/sh\n{script}\n")
    (directory / tool).chmod(0o755)
    return directory


def test_make_alone_lists_targets_and_variables():
    outcome = run(["make"])
    assert outcome.returncode == 0
    words = {line.split()[0] for line in outcome.stdout.splitlines() if line.startswith("  ")}
    assert words >= {*TARGETS, *VARIABLES}
    assert run(["make", "help"]).stdout == outcome.stdout


def test_variables_reach_the_command_lines():
    command = run(
        [
            "make",
            "--dry-run",
            "sim",
            "MODEL=lenet",
            "CONFIG=tiny",
            "IMAGES=3",
            "STALL=0.2",
            "SEED=7",
            "WAVES=1",
            "BATCH=2",
            "CALIBRATION=100",
        ]
    ).stdout
    words = command.replace("\\\n", " ").split()
    assert " ".join(words[words.index("sim") :]) == (
        'sim --model "lenet" --config "tiny" --images "3" --batch "2" --stall "0.2" --seed "7" --calibration "100" --waves'
    )
    assert '--image "a cat.png"' in run(["make", "--dry-run", "sim", "IMAGE=a cat.png"]).stdout
    for target in ("sim", "golden", "report", "train"):
        assert '--data "my set.npz"' in run(["make", "--dry-run", target, "DATA=my set.npz"]).stdout
    assert "--waves" not in run(["make", "--dry-run", "sim", "WAVES=0"]).stdout
    assert "--config" not in run(["make", "--dry-run", "sim"]).stdout  # a network file brings its own
    assert '--config "paper"' in run(["make", "--dry-run", "verilog"]).stdout
    assert '--config "wide"' in run(["make", "--dry-run", "verilog", "CONFIG=wide"]).stdout
    assert (
        'golden "net.firstspike" --images "5"'
        in run(["make", "--dry-run", "golden", "MODEL=net.firstspike", "IMAGES=5"]).stdout
    )


@pytest.mark.parametrize("target", ["sim", "test", "install"])
def test_missing_tools_are_named_all_at_once_with_their_packages(tmp_path, target):
    path = bin_without(tmp_path, "g++", "perl")
    outcome = run([shutil.which("make"), target], path)
    assert outcome.returncode != 0
    assert "a C++ compiler (g++ is not in PATH)" in outcome.stderr
    assert "  - perl\n" in outcome.stderr
    assert "sudo apt-get install g++ perl\n" in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_complete_tools_are_accepted(tmp_path):
    outcome = run([ROOT / "scripts/check-tools", "all"], bin_without(tmp_path))
    assert (outcome.returncode, outcome.stdout, outcome.stderr) == (0, "", "")


def test_missing_python_is_named(tmp_path):
    outcome = run([ROOT / "scripts/check-tools", "python"], bin_without(tmp_path, "python3"))
    assert outcome.returncode == 1
    assert "Python 3.11 or newer (python3 is not in PATH)" in outcome.stderr
    assert "apt-get install python3 python3-venv" in outcome.stderr


def test_old_python_is_named_with_its_version(tmp_path):
    path = fake(bin_without(tmp_path), "python3", 'case "$2" in *version_info*) exit 1;; *) echo 3.9.2;; esac')
    outcome = run([ROOT / "scripts/check-tools", "python"], path)
    assert outcome.returncode == 1
    assert "Python 3.11 or newer (python3 is 3.9.2; another one: make PYTHON3=python3.12 ...)" in outcome.stderr


def test_python_without_venv_is_named(tmp_path):
    path = fake(bin_without(tmp_path), "python3", 'case "$2" in *ensurepip*) exit 1;; esac')
    outcome = run([ROOT / "scripts/check-tools", "python"], path)
    assert outcome.returncode == 1
    assert "the modules venv and ensurepip of python3" in outcome.stderr
    assert "apt-get install python3-venv" in outcome.stderr


def test_python_without_shared_library_is_named(tmp_path):
    path = fake(
        bin_without(tmp_path),
        "python3",
        'case "$1" in -) exit 1;; -c) case "$2" in *print*) echo python3.11;; esac;; esac',
    )
    outcome = run([ROOT / "scripts/check-tools", "all"], path)
    assert outcome.returncode == 1
    assert "the shared library of python3" in outcome.stderr
    assert "apt-get install libpython3.11" in outcome.stderr


def test_compiler_without_cpp20_is_named(tmp_path):
    path = fake(bin_without(tmp_path), "g++", 'case "$1" in -dump*) echo 9.4.0;; *) exit 1;; esac')
    outcome = run([ROOT / "scripts/check-tools", "all"], path)
    assert outcome.returncode == 1
    assert "a C++20 compiler (g++ is 9.4.0; version 10 or newer has it)" in outcome.stderr


@pytest.mark.parametrize(
    "name", ["a b", "a$b", "it's", "a;b", "a(b)", "a:b", "a#b", "a%b", "a\\b", 'a"b', "a&b", "a*b"]
)
def test_a_folder_in_which_no_simulator_can_be_compiled_is_refused_before_anything_is_installed(tmp_path, name):
    clone = tmp_path / name
    shutil.copytree(ROOT / "scripts", clone / "scripts")
    for file in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / file, clone)
    for target in ("sim", "install", "golden", "test"):
        outcome = subprocess.run(["make", target], cwd=clone, env=clean_environment(), capture_output=True, text=True)
        assert outcome.returncode != 0
        assert f"The folder of this clone, '{clone}' has a space or one of" in outcome.stderr
        assert "move the clone to a folder without them" in outcome.stderr
        assert {path.name for path in clone.iterdir()} == {"Makefile", "pyproject.toml", "scripts"}


@pytest.mark.parametrize("name", ["c[x]", "é", "a-b_c.d,e=f+g@h", "[bold]"])
def test_other_folders_are_fine(tmp_path, name):
    (tmp_path / name).mkdir()
    (tmp_path / "bin").mkdir()
    path = bin_without(tmp_path / "bin")
    outcome = subprocess.run(
        [ROOT / "scripts/check-tools", "all"],
        cwd=tmp_path / name,
        env=clean_environment() | {"PATH": str(path)},
        capture_output=True,
        text=True,
    )
    assert (outcome.returncode, outcome.stderr) == (0, "")


class TestInstallation:
    """`make install` in a copy of the project, with a Python that only writes down how it was called."""

    PYTHON = """
echo "$@" >> calls
case "$2" in venv) mkdir -p .venv/bin; cp "$0" .venv/bin/python;; esac
case "$*" in *"pip install"*) test ! -e offline;; esac
"""

    @pytest.fixture
    def project(self, tmp_path):
        project = tmp_path / "project"
        project.mkdir()
        for name in ("Makefile", "pyproject.toml"):
            shutil.copy(ROOT / name, project)
        shutil.copytree(ROOT / "scripts", project / "scripts")
        (tmp_path / "bin").mkdir()
        fake(tmp_path / "bin", "python3", self.PYTHON)
        return project

    def make(self, project, target):
        (project / "calls").write_text("")
        environment = clean_environment()
        environment["PATH"] = f"{project.parent / 'bin'}{os.pathsep}{environment['PATH']}"
        outcome = subprocess.run(
            ["make", target], cwd=project, env=environment, capture_output=True, text=True, check=False
        )
        calls = [call for call in (project / "calls").read_text().splitlines() if call.startswith("-m ")]
        return outcome.returncode, calls

    VENV = "-m venv --clear .venv"
    INSTALL = "-m pip install --quiet --disable-pip-version-check --editable .[sim]"
    INSTALL_TESTS = (
        "-m pip install --quiet --disable-pip-version-check --editable .[sim,report,synth,formal,test,train]"
    )

    def test_happens_once(self, project):
        assert self.make(project, "install") == (0, [self.VENV, self.INSTALL])
        assert self.make(project, "install") == (0, [])

    def test_is_repeated_from_the_start_when_it_was_interrupted(self, project):
        (project / "offline").touch()
        status, _ = self.make(project, "install")
        assert status != 0
        (project / "offline").unlink()
        assert self.make(project, "install") == (0, [self.VENV, self.INSTALL])

    def test_follows_pyproject(self, project):
        self.make(project, "install")
        stamp = project / ".venv" / ".sim-installed"
        os.utime(stamp, (1, 1))
        assert self.make(project, "install") == (0, [self.INSTALL])

    def test_of_the_tests_adds_their_packages(self, project):
        status, calls = self.make(project, "test")
        assert (status, calls) == (
            0,
            [self.VENV, self.INSTALL, self.INSTALL_TESTS, "-m pytest -n 2 --dist worksteal tests"],
        )


def test_simulation_does_not_install_torch():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needed = [*project["dependencies"], *project["optional-dependencies"]["sim"]]
    assert not any("torch" in package for package in needed)
    assert "torch==2.13.0" in project["optional-dependencies"]["train"]


def test_every_package_is_pinned():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    packages = [*project["dependencies"], *(p for extra in project["optional-dependencies"].values() for p in extra)]
    assert all(package.count("==") == 1 for package in packages)
