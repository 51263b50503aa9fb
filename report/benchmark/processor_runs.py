"""Cycles of the processor in the RTL simulation, bit-exact, and the speed of that simulation."""

from statistics import median

from firstspike.golden.counting import utilisation
from firstspike.golden.counting.counters import CYCLE_CAUSES
from firstspike.golden.datasets import images as image_sources
from firstspike.golden.errors import SimulationError
from firstspike.quant import models
from firstspike.sim import simulate
from firstspike.sim.processor import simulator as build_simulator


def measure(model, config_name, batch, count, on_progress):
    """Simulates `count` images in one run of the simulator.

    Parameters
    ----------
    model, config_name : str
    batch, count : int
        `count` is a multiple of `batch`.
    on_progress : function of a dict
        As in `simulate.run`.

    Returns
    -------
    dict
        See `fields.RUN`.

    Raises
    ------
    SimulationError
        The results are not those of the golden model, or the cycles not those of the cycle model.
    """
    network_file = models.load(model, config_name, batch)
    network, schedule = network_file.network, network_file.schedule
    found = image_sources.for_network(network, count, batch)
    result = simulate.run(
        network_file, found.pixels, simulator=build_simulator(schedule.config), on_progress=on_progress
    )
    if not result.matches:
        raise SimulationError(
            f"no figures of a wrong processor: batch {batch}: "
            f"{result.divergence or (result.counter_differences + result.cycle_differences)[0]}"
        )
    layers = utilisation.layers(network, schedule, [run.counters for run in result.runs])
    return {
        "batch": batch,
        "images": count,
        "image_source": found.source,
        "bit_exact": result.bit_exact,
        "cycle_model_equal": result.cycle_differences == [],
        "correct": int((result.classes == found.labels).sum()),
        "cycles": result.cycles,
        "cycles_per_image": result.cycles / count,
        "slowest_run_cycles_per_image": max(run.cycles for run in result.runs) / batch,
        "counted_cycles": sum(counts["cycles"] for run in result.runs for counts in run.counters),
        "caused_cycles": sum(
            counts[cause.name] for run in result.runs for counts in run.counters for cause in CYCLE_CAUSES
        )
        / schedule.config.clusters,
        "layers": [layer(one) for one in (*layers, utilisation.total(layers))],
    }


def layer(found):
    """A `utilisation.LayerCycles` as a dict."""
    return {**vars(found), "utilisation": found.utilisation}


def speed(model, config_name, repeats):
    """Cycles a second of the simulation of one image, `repeats` times: a dict, see `fields.SPEED`."""
    network_file = models.load(model, config_name, 1)
    pixels = image_sources.for_network(network_file.network, 1).pixels
    simulator = build_simulator(network_file.schedule.config)
    expected = simulate.golden(network_file, pixels)
    speeds = [
        result.cycles / result.seconds
        for result in (
            simulate.run(network_file, pixels, simulator=simulator, expected=expected) for _ in range(repeats)
        )
    ]
    return {"unit": "cycles/s", "median": median(speeds), "all": speeds}
