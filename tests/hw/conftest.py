"""Tests marked with a tool need what the system has of it. Where it is missing they are deselected, and the summary says so."""

import shutil

import pytest

from hw.synthesis import liberty
from hw.synthesis.tools import DEBIAN

PACKAGES = DEBIAN | {"osu018": liberty.DEFAULT_PACKAGE}
"""Mark -> Debian package."""

DESELECTED = pytest.StashKey[dict]()


def is_there(mark):
    return liberty.DEFAULT.exists() if mark == "osu018" else shutil.which(mark) is not None


def pytest_configure(config):
    for mark, package in PACKAGES.items():
        config.addinivalue_line("markers", f"{mark}: needs {mark} (Debian's package {package})")


def pytest_collection_modifyitems(config, items):
    config.stash[DESELECTED] = counts = {}
    for mark in PACKAGES:
        needy = [] if is_there(mark) else [item for item in items if item.get_closest_marker(mark)]
        items[:] = [item for item in items if item not in needy]
        config.hook.pytest_deselected(items=needy)
        counts[mark] = len(needy)


def pytest_terminal_summary(terminalreporter, config):
    for mark, count in config.stash.get(DESELECTED, {}).items():
        if count:
            terminalreporter.write_line(f"{count} tests did not run because {mark} is missing: install {PACKAGES[mark]}",
                                        yellow=True)
