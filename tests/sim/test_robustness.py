"""Commands that are interrupted, and commands that run at the same time, as processes of their own."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from firstspike.golden import network_file
from firstspike.golden.paths import BUILD, ROOT

SECONDS = 240
"""Longer than any of the commands needs on a busy machine."""
LEAVINGS = ("*.part", ".*.part", "*.partial", "*.unfinished")
SPACE = """
name: few
base: tiny
axes:
  ring_rows: [64, 80, 96]
  tile_positions: [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
  drain_positions: [3, 4, 5, 6]
batch: [1, 2]
engine: model
images: 4
accuracy_images: 4
table: cacti_28nm
dram: [hbm2]
clock_mhz: 500
"""


@pytest.fixture
def build_folder(tiny, tmp_path):
    """An empty `build` folder that has the compiled simulators, and nothing that other tests write."""
    compiled = tmp_path / "build" / "sim"
    (compiled / "verilog").mkdir(parents=True)
    for folder, target in ((BUILD / "sim", compiled), (BUILD / "sim" / "verilog", compiled / "verilog")):
        for entry in folder.iterdir():
            if entry.is_dir() and entry.name not in ("runs", "verilog") and not entry.name.endswith(".unfinished"):
                (target / entry.name).symlink_to(entry)
    return tmp_path / "build"


def start(build_folder, *arguments):
    # As a terminal does it: Ctrl-C goes to the whole process group.
    return subprocess.Popen(
        [sys.executable, "-m", "firstspike", *arguments],
        cwd=ROOT,
        env=os.environ | {"FIRSTSPIKE_BUILD": str(build_folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def interrupt(process):
    os.killpg(process.pid, signal.SIGINT)
    output, _ = process.communicate(timeout=SECONDS)
    return output


def wait_for(condition, process):
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline
        time.sleep(0.02)


def leavings(folder):
    return [path for pattern in LEAVINGS for path in Path(folder).rglob(pattern)]


def runs(build_folder):
    return list((build_folder / "sim" / "runs").glob("*"))


def gone(build_folder):
    """Whether all processes and the folders of their runs are gone, now or soon."""
    deadline = time.monotonic() + SECONDS
    while processes_with(build_folder) or runs(build_folder):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def processes_with(text):
    """Command lines of other processes that contain `text`."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if str(text) in command and int(entry.name) != os.getpid():
            found.append(command)
    return found


def test_an_interrupted_simulation_leaves_nothing(build_folder):
    process = start(build_folder, "sim", "--model", "digits", "--config", "tiny", "--images", "360")
    wait_for(lambda: any((run / "progress.jsonl").exists() for run in runs(build_folder)), process)
    output = interrupt(process)
    assert process.returncode != 0 and "Traceback" not in output
    assert runs(build_folder) == [] and leavings(build_folder) == []
    assert not (build_folder / "reports" / "digits.json").exists()
    assert processes_with(build_folder) == []


def test_a_simulation_whose_parent_was_killed_ends_and_leaves_nothing(build_folder):
    process = start(build_folder, "sim", "--model", "digits", "--config", "tiny", "--images", "360")
    wait_for(lambda: any((run / "progress.jsonl").exists() for run in runs(build_folder)), process)
    process.kill()
    process.wait()
    assert gone(build_folder)


def test_an_interrupted_test_set_goes_on_where_it_stopped_and_leaves_nothing(build_folder, tmp_path):
    output, kept = tmp_path / "testset.json", build_folder / "verify" / "testset.jsonl"
    options = ("--model", "digits", "--config", "tiny", "--images", "360", "--workers", "1", "-o", str(output))
    process = start(build_folder, "verify", "testset", *options)
    wait_for(lambda: kept.exists() and kept.read_text().count("\n") > 1, process)
    assert "Traceback" not in interrupt(process)
    assert process.returncode != 0 and gone(build_folder) and not output.exists()
    lines = kept.read_text().splitlines()
    again = start(build_folder, "verify", "testset", *options)
    text, _ = again.communicate(timeout=SECONDS)
    assert again.returncode == 0 and "ALL EQUAL: 360 images" in text, text
    assert kept.read_text().splitlines()[: len(lines)] == lines and len(kept.read_text().splitlines()) == 9


@pytest.mark.parametrize("seconds", [0.8, 1.2, 1.6, 2.0])
def test_an_interrupted_export_leaves_a_whole_file_or_none(build_folder, tmp_path, seconds):
    target = tmp_path / "out" / "digits.firstspike"
    target.parent.mkdir()
    process = start(build_folder, "export", "models/digits.safetensors", "--config", "tiny", "--output", str(target))
    time.sleep(seconds)
    interrupt(process)
    assert leavings(tmp_path) == []
    if target.exists():
        assert network_file.load(target).network.name


def test_an_interrupted_sweep_goes_on_where_it_stopped(build_folder, tmp_path):
    space, folder = tmp_path / "few.yaml", tmp_path / "sweep"
    space.write_text(SPACE)
    arguments = ("sweep", "--model", "digits", "--space", str(space), "--workers", "1", "--output", str(folder))
    process = start(build_folder, *arguments)
    results = folder / "results.jsonl"
    wait_for(lambda: results.exists() and results.stat().st_size > 0, process)
    interrupt(process)
    assert process.returncode != 0
    kept = results.read_text().splitlines()
    assert leavings(tmp_path) == [] and not (folder / "results.csv").exists()
    again = start(build_folder, *arguments)
    output, _ = again.communicate(timeout=SECONDS)
    assert again.returncode == 0, output
    rows = [json.loads(line) for line in results.read_text().splitlines()]
    assert len({row["key"] for row in rows}) == len(rows) == 3 * 12 * 4 * 2
    assert [json.loads(line) for line in kept[:-1]] == rows[: len(kept) - 1]


def test_two_runs_side_by_side_do_not_disturb_each_other(build_folder):
    # Both export the model first, into the same file, and write the same report.
    processes = [start(build_folder, "sim", "--model", "digits", "--config", "tiny", "--images", "4") for _ in range(2)]
    for process in processes:
        output, _ = process.communicate(timeout=SECONDS)
        assert process.returncode == 0 and "BIT-EXACT" in output, output
    assert runs(build_folder) == [] and leavings(build_folder) == []
    assert len(list((build_folder / "networks").iterdir())) == 1
    assert json.loads((build_folder / "reports" / "digits.json").read_text())["summary"]["bit_exact"] is True
