"""A sweep on a scheduler and a worker that are processes of their own, as on other machines."""

import json
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
from rich.console import Console

from firstspike.report import cluster
from firstspike.report.sweep import sweep_command as command
from firstspike.report.sweep.space import Space

SPACE = Space(name="small", base="tiny", axes={"ring_rows": [96, 128]}, batch=[1, 2], images=2)
START_SECONDS = 60


@contextmanager
def process(module, *arguments):
    """`python -m distributed.cli.<module>`, stopped at the end."""
    started = subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.{module}", *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield started
    finally:
        started.terminate()
        started.wait()


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    """Address of a Dask scheduler without workers."""
    path = tmp_path_factory.mktemp("dask") / "scheduler.json"
    with process("dask_scheduler", "--host", "127.0.0.1", "--port", 0, "--no-dashboard", "--scheduler-file", path):
        deadline = time.monotonic() + START_SECONDS
        while not path.exists():
            assert time.monotonic() < deadline, "the Dask scheduler does not start"
            time.sleep(0.1)
        yield json.loads(path.read_text())["address"]


@pytest.fixture
def sweep(small_checkpoint, scheduler, tmp_path):
    def run(**options):
        return command.run(Console(quiet=True), SPACE, model=str(small_checkpoint), output=tmp_path / "out", **options)

    return run


def test_a_scheduler_without_workers_is_one_clear_error(sweep, scheduler, monkeypatch):
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    with pytest.raises(
        cluster.ClusterError, match=f"the Dask scheduler at {scheduler} has no workers: start `dask worker"
    ):
        sweep(scheduler=scheduler)


def test_points_are_evaluated_by_the_worker_of_another_process(sweep, scheduler, monkeypatch):
    # The worker has the program of its own; what this process computes cannot be in the results.
    monkeypatch.setattr("firstspike.report.sweep.evaluate.mapper.schedule", None)
    with process("dask_worker", scheduler, "--no-nanny", "--nthreads", 1, "--no-dashboard"):
        rows = sweep(scheduler=scheduler)
    assert len(rows) == 4
    assert all(row["fits"] and row["energy"]["hbm2"]["energy_aj"] > 0 for row in rows)
