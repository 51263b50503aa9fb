"""Tests marked `iverilog` need Icarus Verilog. Where it is missing they are deselected, and the summary says so."""

import shutil

import pytest

DESELECTED = pytest.StashKey[int]()


def pytest_configure(config):
    config.addinivalue_line("markers", "iverilog: needs Icarus Verilog")


def pytest_collection_modifyitems(config, items):
    needy = [] if shutil.which("iverilog") else [item for item in items if item.get_closest_marker("iverilog")]
    items[:] = [item for item in items if item not in needy]
    config.hook.pytest_deselected(items=needy)
    config.stash[DESELECTED] = len(needy)


def pytest_terminal_summary(terminalreporter, config):
    if count := config.stash.get(DESELECTED, 0):
        terminalreporter.write_line(f"{count} tests did not run because Icarus Verilog is missing: install iverilog",
                                    yellow=True)
