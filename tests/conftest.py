"""What all tests share: which of them need something that this machine may lack, and the compiled processors.

A test marked with a tool or a data set needs it. Where it is missing the test is deselected, and the summary says so and
how to get it. With FIRSTSPIKE_ALL_TESTS set, as in continuous integration, a missing tool is an error instead.
"""

import os
import shutil

import pytest

from firstspike.flow.synthesis import liberty
from firstspike.flow.synthesis.tools import DEBIAN
from firstspike.golden.datasets import cifar10
from firstspike.golden.datasets.data_set import ImagesError

pytest_plugins = ["tests.fixtures"]

PACKAGES = DEBIAN | {
    "chromium": "chromium",
    "osu018": liberty.DEFAULT_PACKAGE,
    "verilator": "verilator",
    "yosys": "yosys",
}
"""Mark -> Debian package."""

ALL_TESTS = "FIRSTSPIKE_ALL_TESTS"
DESELECTED = pytest.StashKey[dict]()


def _remedies():
    """Mark of what is missing -> how to get it."""
    missing = {mark: f"install {package}" for mark, package in PACKAGES.items() if not _has_tool(mark)}
    try:
        found = cifar10.FILES.find(cifar10.TEST) is not None
    except ImagesError:
        found = True  # The tests run, and report the error.
    if not found:
        missing["cifar10"] = (
            f"put the file {' and '.join(cifar10.TEST)} of its Python version into {cifar10.FILES.directory} or set "
            f"{cifar10.FILES.variable}"
        )
    return missing


def _has_tool(mark):
    if mark == "osu018":
        return liberty.DEFAULT.exists()
    # Those of the distribution, beside the newer ones of .venv.
    return shutil.which(f"/usr/bin/{mark}" if mark in ("verilator", "yosys") else mark) is not None


def pytest_configure(config):
    config.addinivalue_line("markers", "cifar10: needs the CIFAR-10 test batch")
    for mark, package in PACKAGES.items():
        config.addinivalue_line("markers", f"{mark}: needs {mark} (Debian's package {package})")


def pytest_collection_modifyitems(config, items):
    config.stash[DESELECTED] = counts = {}
    for mark, remedy in _remedies().items():
        needy = [item for item in items if item.get_closest_marker(mark)]
        if needy and mark in PACKAGES and os.environ.get(ALL_TESTS):
            raise pytest.UsageError(f"{len(needy)} tests need {mark}, which is missing: {remedy}")
        items[:] = [item for item in items if item not in needy]
        config.hook.pytest_deselected(items=needy)
        counts[mark] = len(needy), remedy


def pytest_terminal_summary(terminalreporter, config):
    for mark, (count, remedy) in config.stash.get(DESELECTED, {}).items():
        if count:
            terminalreporter.write_line(f"{count} tests did not run because {mark} is missing: {remedy}", yellow=True)
