"""One point of a sweep: what a worker of the cluster does."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from firstspike.golden.config import HardwareConfig
from firstspike.golden.energy import memories, tables
from firstspike.golden.energy.counted import Counted, count
from firstspike.golden.energy.estimate import estimate, sum_by_layer
from firstspike.golden.energy.table import Table
from firstspike.golden.errors import SimulationError
from firstspike.golden.evaluators.evaluation import Evaluation
from firstspike.golden.network import Network
from firstspike.golden.network_file import NetworkFile
from firstspike.golden.streams import network_stream as stream
from firstspike.quant.mapper import mapper
from firstspike.report import cluster
from firstspike.report.sweep.space import Point, Space
from firstspike.report.sweep.sweep_results import code_digest
from firstspike.sim import simulate


@dataclass(frozen=True, eq=False)
class Workload:
    """What all points of one T share; `images` are uint8 (N, C, H, W)."""

    network: Network
    images: np.ndarray
    evaluation: Evaluation
    accuracy: float | None


def unfit(
    key: str, point: Point, config: HardwareConfig | None, space: Space, accuracy: float | None, reason: str
) -> dict[str, Any]:
    """The row of a configuration that is not possible (None), or in which the network does not fit."""
    return {
        "key": key,
        "point": point.model_dump(),
        "config": config and config.model_dump(),
        "engine": space.engine,
        "accuracy": accuracy,
        "images": space.images,
        "fits": False,
        "reason": reason,
        "energy": {},
    }


def evaluate(
    key: str, point: Point, config: HardwareConfig, workload: Workload, space: Space, table: Table, program: str
) -> dict[str, Any]:
    """Schedule, time and price one configuration: a row of the results, also of a network that does not fit.

    `program` is the digest of the program that the sweep was started with.

    Raises
    ------
    report.cluster.WorkerError
        The worker has another version of the program.
    """
    cluster.require_program(code_digest(space.engine), program)
    try:
        schedule = mapper.schedule(workload.network, config, point.batch)
    except mapper.MappingError as error:
        return unfit(key, point, config, space, workload.accuracy, str(error))
    counted = (_simulated if space.engine == "rtl" else _predicted)(workload, schedule)
    found = {
        name: estimate(
            workload.network,
            schedule,
            counted.layer_counts,
            counted.layer_cycles,
            table,
            name,
            tables.dram(name),
            round(space.clock_mhz * 1e6),
            counted.runs,
        )
        for name in space.dram
    }
    speed = float(found[space.dram[0]].frames_per_second)
    return unfit(key, point, config, space, workload.accuracy, "") | {
        "fits": True,
        "energy": {
            name: {
                "energy_aj": one.total(),
                "microjoules_per_image": float(one.microjoules_per_image),
                "watts": float(one.watts),
                "groups_aj": one.by("group"),
            }
            for name, one in found.items()
        },
        "cycles_per_image": sum(counted.layer_cycles) / space.images,
        "frames_per_second": speed,
        "kilobytes": float(memories.kilobytes(config)),
    }


def _predicted(workload, schedule):
    return count(workload.network, schedule, workload.images, workload.evaluation)


def _simulated(workload, schedule):
    """Counts of the RTL; a run that differs from the golden model is an error."""
    network = workload.network
    network_file = NetworkFile(network, schedule, stream.encode(network, schedule))
    result = simulate.run(network_file, workload.images)
    if not result.matches:
        raise SimulationError(
            f"the RTL of {schedule.config.to_json()} differs from the golden model: "
            f"{result.divergence or result.counter_differences[0]}"
        )
    counts = sum_by_layer(network, schedule, [run.counters for run in result.runs])
    return Counted(counts, [layer["cycles"] for layer in counts], result.runs)
