"""The Dask cluster that long work is spread over: one of this machine, or the user's."""

import logging

from dask.distributed import Client, LocalCluster
from rich.console import Console

CONNECT_SECONDS = 20


class ClusterError(RuntimeError):
    """A Dask cluster that cannot be reached, or a piece of work that a worker could not do."""


class WorkerError(RuntimeError):
    """A worker that runs another version of this program."""


def connect(console: Console, scheduler: str | None, workers: int | None = None) -> Client:
    """A client of a cluster.

    Parameters
    ----------
    console : rich.console.Console
    scheduler : str or None
        Address of a Dask scheduler; None: a cluster of processes with one thread each on this machine.
    workers : int, optional
        Their number, by default one a core.

    Raises
    ------
    ClusterError
        There is no scheduler, or it has no workers.
    """
    if scheduler is None:
        cluster = LocalCluster(
            n_workers=workers, threads_per_worker=1, dashboard_address=None, silence_logs=logging.CRITICAL
        )
        console.print(f"local Dask cluster at {cluster.scheduler_address}, {len(cluster.workers)} workers")
        return Client(cluster)
    try:
        client = Client(scheduler, timeout=CONNECT_SECONDS)
    except (OSError, ValueError) as error:
        raise ClusterError(f"no Dask scheduler at {scheduler}: {error}") from None
    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    except TimeoutError:
        client.close()
        raise ClusterError(
            f"the Dask scheduler at {scheduler} has no workers: start `dask worker {scheduler}` on the "
            f"machines of the cluster"
        ) from None
    return client


def require_program(own: str, program: str) -> None:
    """Raises WorkerError if the worker's digest of the program is not the one that the work was started with."""
    if own != program:
        raise WorkerError(
            f"a worker runs another version of this program ({own} instead of {program}): every machine "
            f"of the cluster needs the same checkout"
        )
