"""Tests marked with a tool need that tool of the system. Where it is missing they are deselected, and the summary says so."""

import shutil

import pytest

from hw.synthesis.tools import DEBIAN

TOOLS = ("dot", "iverilog", "sta")
DESELECTED = pytest.StashKey[dict]()


def pytest_configure(config):
    for tool in TOOLS:
        config.addinivalue_line("markers", f"{tool}: needs {tool} (Debian's package {DEBIAN[tool]})")


def pytest_collection_modifyitems(config, items):
    config.stash[DESELECTED] = counts = {}
    for tool in TOOLS:
        needy = [] if shutil.which(tool) else [item for item in items if item.get_closest_marker(tool)]
        items[:] = [item for item in items if item not in needy]
        config.hook.pytest_deselected(items=needy)
        counts[tool] = len(needy)


def pytest_terminal_summary(terminalreporter, config):
    for tool, count in config.stash.get(DESELECTED, {}).items():
        if count:
            terminalreporter.write_line(f"{count} tests did not run because {tool} is missing: install {DEBIAN[tool]}",
                                        yellow=True)
