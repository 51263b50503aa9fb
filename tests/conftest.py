"""Tests marked `cifar10` need the CIFAR-10 test batch, which may not be part of the repository.

They run where it is found, and fail where CIFAR10_DIR points to a wrong place. Where there is none they are deselected,
and the summary says so.
"""

import pytest

from golden import cifar10

DESELECTED = pytest.StashKey[int]()


def pytest_configure(config):
    config.addinivalue_line("markers", "cifar10: needs the CIFAR-10 test batch")


def pytest_collection_modifyitems(config, items):
    try:
        found = cifar10.find() is not None
    except cifar10.CIFAR10Error:
        found = True  # The tests run, and report the error.
    needy = [] if found else [item for item in items if item.get_closest_marker("cifar10")]
    items[:] = [item for item in items if item not in needy]
    config.hook.pytest_deselected(items=needy)
    config.stash[DESELECTED] = len(needy)


def pytest_terminal_summary(terminalreporter, config):
    if count := config.stash.get(DESELECTED, 0):
        terminalreporter.write_line(
            f"{count} tests did not run because CIFAR-10 is missing: put the files {' and '.join(cifar10.MD5)} of its "
            f"Python version into {cifar10.DIRECTORY} or set {cifar10.DIRECTORY_VARIABLE}", yellow=True)
