"""The chain of equality for one case: every evaluation of the golden model, then the processor."""

import math
from dataclasses import dataclass

import numpy as np

from firstspike.golden.errors import SimulationError
from firstspike.golden.evaluators import definitions, reference, time_stepped
from firstspike.sim import simulate

MOST_DEFINED = 200_000
"""Largest number of synapses (weights times positions) for which the definitions, which are slow, are evaluated."""


@dataclass(frozen=True)
class Checked:
    """What was compared for one case, and what differed.

    Attributes
    ----------
    links : tuple of str
        Evaluations whose spike words and potentials were compared with those of `fast`, and `rtl`.
    compared : int
        Spike words and potentials of the processor that were compared.
    cycles_compared : bool
        Whether the cycle counters were compared with the cycle model (not if the streams stall).
    cycles : int
        Clock cycles simulated.
    differences : tuple of str
        Empty if everything is equal.
    """

    links: tuple
    compared: int
    cycles_compared: bool
    cycles: int
    differences: tuple


def software_links(network):
    """The evaluations to compare with `golden.evaluators.fast`, by name."""
    links = {"time_stepped": time_stepped, "reference": reference}
    synapses = sum(
        layer.weights.size * math.prod(layer.conv_map(in_map[1:]))
        for layer, in_map in zip(network.layers, network.maps())
    )
    return links | ({"definitions": definitions} if synapses <= MOST_DEFINED else {})


def job(case):
    """The simulation of a case, with what the golden model expects."""
    expected = simulate.golden(case.network_file, case.images)
    return simulate.Job(case.network_file, case.images, case.stall, case.stall_seed, expected)


def check(cases, simulator):
    """Compare the evaluations (on each first image) and the processor (on all images) with `golden.evaluators.fast`.

    Parameters
    ----------
    cases : sequence of Case
        Of one configuration, at most `sim.bench.MAX_JOBS`.
    simulator : sim.build.Simulator
        Of this configuration: of its Verilog, or of a netlist.

    Returns
    -------
    list of Checked
    """
    jobs = [job(case) for case in cases]
    return [_checked(job, outcome) for job, outcome in zip(jobs, _simulate(jobs, simulator))]


def _simulate(jobs, simulator):
    """A SimulationResult or SimulationError for each job."""
    try:
        return simulate.run_all(jobs, simulator)
    except SimulationError as error:
        # It ends the process, so the jobs after the guilty one have no result.
        return [error] if len(jobs) == 1 else [outcome for job in jobs for outcome in _simulate([job], simulator)]


def _checked(job, outcome):
    network, first = job.network_file.network, job.images[:1]
    links = software_links(network)
    differences = [
        difference
        for name, link in links.items()
        for difference in _evaluation_differences(network, name, link.run(network, first), job.expected.evaluation)
    ]
    names = (*links, "rtl")
    if isinstance(outcome, SimulationError):
        return Checked(names, 0, False, 0, (*differences, f"rtl: {outcome}"))
    found = [outcome.divergence] if outcome.divergence else []
    differences += [f"rtl: {one}" for one in (*found, *outcome.counter_differences, *(outcome.cycle_differences or []))]
    return Checked(
        names,
        sum(comparison.compared for comparison in outcome.comparisons),
        outcome.cycle_differences is not None,
        outcome.cycles,
        tuple(differences),
    )


def _evaluation_differences(network, name, found, expected):
    """Texts, one for each layer in which `found`, of the first image, differs from the Evaluation of all images."""
    differences = [
        f"{name}: {int((one != other[:1]).sum())} spike words of layer {layer.name} differ"
        for layer, one, other in zip(network.layers, found.spikes, expected.spikes)
        if not np.array_equal(one, other[:1])
    ]
    if not np.array_equal(found.potentials, expected.potentials[:1]):
        differences.append(f"{name}: the potentials of the output layer differ")
    return differences
