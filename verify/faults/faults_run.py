"""The fault campaign: spot checks over the RTL, then accuracy against bit-error rate over the golden model."""

import hashlib
import json

import numpy as np

from firstspike.golden import source_closure
from firstspike.golden.datasets import images as image_sources
from firstspike.golden.evaluators.faults import Faults, FaultyEvaluator
from firstspike.quant import models
from firstspike.verify.faults import faults_plots as plots
from firstspike.verify.faults import sites, spot_checks, statistics

STATISTICS_CODE = (
    "firstspike.verify.faults.statistics",
    "firstspike.golden.evaluators.faults",
    "firstspike.golden.datasets.images",
    "firstspike.quant.models",
)
RTL_CODE = ("firstspike.verify.faults.spot_checks", "firstspike.golden.datasets.images", "firstspike.quant.models")
MODELS = {"vgg16_cifar10": "paper", "digits": "tiny"}
"""Checkpoint -> configuration whose chunks decide which partial sums there are."""
RTL_MODEL, RTL_CONFIG, RTL_IMAGES = "digits", "tiny", 6
FAULTS_AT_ONCE = 12
SIMULATIONS = 3
"""Of `FAULTS_AT_ONCE` faults, for each memory and stream."""
PROTECTION_FAULTS = 2
SUM_BITS = (*range(0, 32, 4), 31)
"""Bit positions of partial sums that are flipped one at a time."""


def run(work, image_counts, seeds, rtl=True):
    """Spot checks and statistics, and their plots beside the results.

    Parameters
    ----------
    work : verify.campaign.Work
    image_counts : dict of str to int
        Test images by model; 0: leave it out.
    seeds : int
        Fault patterns of each point.
    rtl : bool
        Do the spot checks.

    Returns
    -------
    dict
        The contents of docs/verification/faults.json; what is left out is kept from earlier results.

    Raises
    ------
    SimulationError
        A spot check fails.
    """
    results = {"spot_checks": _spot_checks(work)} if rtl else {}
    results["models"] = {
        model: _statistics(work, model, count, seeds) for model, count in image_counts.items() if count
    }
    return kept(results, work.output)


def kept(results, path):
    """`results` with the parts that only the earlier ones in the file `path` have; plots are written beside it."""
    if path.exists():
        earlier = json.loads(path.read_text())
        results = {**earlier, **results, "models": {**earlier["models"], **results["models"]}}
    path.parent.mkdir(parents=True, exist_ok=True)
    plots.save(results, path.parent)
    return results


def identity(code, network_file, images, *settings):
    """Digest of all that decides a result of `code` (modules), besides what the keys of the pieces say."""
    data = hashlib.sha256(network_file.stream + images.pixels.tobytes() + images.labels.tobytes()).hexdigest()
    return source_closure.digest(code, [network_file.schedule.config.to_json(), data, *settings])


def _spot_checks(work):
    network_file = models.load(RTL_MODEL, RTL_CONFIG)
    found = image_sources.for_network(network_file.network, RTL_IMAGES, network_file.schedule.batch)
    checks = spot_checks.SpotChecks(network_file, found.pixels)
    pieces = {}
    for memory in (*sites.MEMORIES, *spot_checks.STREAMS):
        check = checks.stream if memory in spot_checks.STREAMS else checks.memory
        for seed in range(SIMULATIONS):
            pieces[f"{memory} {seed}"] = lambda check=check, memory=memory, seed=seed: check(
                memory, FAULTS_AT_ONCE, seed
            )
    for memory in sites.MEMORIES:
        for seed in range(PROTECTION_FAULTS):
            pieces[f"{memory} protected {seed}"] = lambda memory=memory, seed=seed: checks.protection(memory, seed)
    done = work.each("RTL with faults", identity(RTL_CODE, network_file, found, FAULTS_AT_ONCE), pieces)

    def equal(memory):
        found = [done[f"{memory} {seed}"] for seed in range(SIMULATIONS)]
        return {"faults": sum(one["faults"] for one in found), "changed": sum(one["changed"] for one in found)}

    def protection(memory):
        found = [done[f"{memory} protected {seed}"] for seed in range(PROTECTION_FAULTS)]
        return {
            "faults": len(found),
            "read": sum(one["read"] for one in found),
            "changing": sum(one["changes"] for one in found),
        }

    return {
        "model": RTL_MODEL,
        "config": RTL_CONFIG,
        "images": RTL_IMAGES,
        "equal": {memory: equal(memory) for memory in (*sites.MEMORIES, *spot_checks.STREAMS)},
        "protection": {memory: protection(memory) for memory in sites.MEMORIES},
    }


def _statistics(work, model, count, seeds):
    config = MODELS[model]
    network_file = models.load(model, config)
    network, schedule = network_file.network, network_file.schedule
    found = image_sources.for_network(network, count, schedule.batch)
    evaluator = FaultyEvaluator(network, sites.chunks(network, schedule))

    def point(memory, rate, seed, bit=None):
        return lambda: statistics.correct(evaluator, schedule, found.pixels, found.labels, memory, rate, seed, bit)

    def clean():
        evaluation = evaluator.run(found.pixels, Faults())
        return {"flips": 0, "correct": int((evaluation.classes(network) == found.labels).sum())}

    memories = [
        memory
        for memory in statistics.MEMORIES
        if memory != "partial_sums" or any(len(chunks) > 1 for chunks in sites.chunks(network, schedule))
    ]
    bits = {
        memory: SUM_BITS if memory == "partial_sums" else range(width)
        for memory, width in statistics.BITS.items()
        if memory in memories
    }
    pieces = {"clean": clean}
    # Seed by seed: an interrupted campaign has whole curves.
    for seed in range(seeds):
        pieces |= {
            f"{memory} rate {rate} seed {seed}": point(memory, rate, seed)
            for memory in memories
            for rate in statistics.RATES
        }
        pieces |= {
            f"{memory} bit {bit} seed {seed}": point(memory, statistics.BIT_RATE, seed, bit)
            for memory in bits
            for bit in bits[memory]
        }
    done = work.each(model, identity(STATISTICS_CODE, network_file, found), pieces)

    def points(name):
        return [done[f"{name} seed {seed}"] for seed in range(seeds)]

    return {
        "config": config,
        "images": len(found.pixels),
        "source": found.source.partition(" in ")[0],
        "seeds": seeds,
        "clean": done["clean"]["correct"],
        "bit_rate": statistics.BIT_RATE,
        "rates": {
            memory: [_point("rate", rate, points(f"{memory} rate {rate}")) for rate in statistics.RATES]
            for memory in memories
        },
        "bits": {
            memory: [_point("bit", bit, points(f"{memory} bit {bit}")) for bit in positions]
            for memory, positions in bits.items()
        },
    }


def _point(name, value, found):
    return {
        name: value,
        "flips": int(np.mean([one["flips"] for one in found])),
        "correct": [one["correct"] for one in found],
    }
