"""Time and memory of the tools: golden model, export, Verilog generation."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from firstspike.golden.datasets import images as image_sources
from firstspike.golden.errors import SimulationError
from firstspike.golden.evaluators import fast
from firstspike.golden.paths import ROOT
from firstspike.quant import models

GOLDEN_IMAGES = 100
GOLDEN_REPEATS = 3


def golden(model, config_name):
    """Images a second of the golden model: a dict, see `fields.GOLDEN`."""
    network = models.load(model, config_name, 1).network
    pixels = image_sources.for_network(network, GOLDEN_IMAGES).pixels
    evaluator = fast.Evaluator(network)
    evaluator.run(pixels[:1])  # The first call compiles, which is not to be timed.
    speeds = []
    for _ in range(GOLDEN_REPEATS):
        started = time.perf_counter()
        evaluator.run(pixels)
        speeds.append(len(pixels) / (time.perf_counter() - started))
    return {"unit": "images/s", "median": median(speeds), "all": speeds}


def export(model, config_name):
    """Seconds and peak memory of `firstspike export`: a dict, see `fields.COMMAND`."""
    with tempfile.TemporaryDirectory() as directory:
        return _command(
            "export",
            models.checkpoint_path(model),
            "--config",
            config_name,
            "--output",
            Path(directory) / "network.firstspike",
        )


def verilog(config_name):
    """Seconds and peak memory of `firstspike verilog`: a dict, see `fields.COMMAND`."""
    with tempfile.TemporaryDirectory() as directory:
        return _command("verilog", "--config", config_name, "--output", directory)


def _command(*arguments):
    started = time.perf_counter()
    process = subprocess.run(
        [sys.executable, "-m", "firstspike.report.benchmark.measured", "firstspike", *map(str, arguments)],
        cwd=ROOT,
        text=True,
        capture_output=True,
    )
    seconds = time.perf_counter() - started
    if process.returncode != 0:
        raise SimulationError(
            f"firstspike {' '.join(map(str, arguments))} failed: {(process.stderr or process.stdout).strip()}"
        )
    return {"seconds": seconds, "peak_memory_mib": int(process.stdout.split()[-1]) / 1024}
