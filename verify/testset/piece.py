"""Some runs of the test set: what a worker of the cluster does."""

from dataclasses import dataclass

import numpy as np

from firstspike.golden import source_closure
from firstspike.golden.energy import tables
from firstspike.golden.energy.estimate import estimate, sum_by_layer
from firstspike.golden.energy.table import Table
from firstspike.golden.network_file import NetworkFile
from firstspike.report import cluster
from firstspike.sim import simulate

DRAM = "hbm2"
CLOCK_HZ = 500_000_000


@dataclass(frozen=True, eq=False)
class Job:
    """What all pieces share.

    Attributes
    ----------
    network_file : NetworkFile
    table : Table
        Prices of the energy of a run.
    program : str
        Digest of the program that the work was started with.
    """

    network_file: NetworkFile
    table: Table
    program: str


def code_digest():
    """Digest of all that decides what a piece yields, but the network and the images."""
    return source_closure.digest([__name__])


def check(job: Job, pixels: np.ndarray) -> dict:
    """Simulate `pixels` (uint8, N x channels x height x width; whole batches) and compare everything.

    Returns
    -------
    dict
        `classes` of the images, by the RTL's potentials; `cycles` and `energy_aj` of the runs, by the RTL's counters;
        `compared`, the number of spike words and potentials; `seconds` of simulation; and `differences`, which are texts.
        Without any, spike words, potentials, operation counters and cycles are as the golden model says.

    Raises
    ------
    report.cluster.WorkerError
        The worker has another version of the program.
    golden.errors.SimulationError
        The simulation hangs or dies.
    """
    # numba takes its time to import, and a worker has one core.
    import numba

    numba.set_num_threads(1)
    cluster.require_program(code_digest(), job.program)
    network, schedule = job.network_file.network, job.network_file.schedule
    result = simulate.run(job.network_file, pixels)
    cycles, energies = [], []
    for run in result.runs:
        counts = sum_by_layer(network, schedule, [run.counters])
        layer_cycles = [layer["cycles"] for layer in counts]
        cycles.append(sum(layer_cycles))
        energies.append(
            estimate(network, schedule, counts, layer_cycles, job.table, DRAM, tables.dram(DRAM), CLOCK_HZ).total()
        )
    return {
        "classes": result.classes.tolist(),
        "cycles": cycles,
        "energy_aj": energies,
        "compared": sum(layer.compared for layer in result.comparisons),
        "seconds": round(result.seconds, 3),
        "differences": [
            str(one)
            for one in (
                *([result.divergence] if result.divergence else ()),
                *result.counter_differences,
                *(result.cycle_differences or ()),
            )
        ],
    }
