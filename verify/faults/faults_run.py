"""The fault campaign: spot checks over the RTL, then accuracy against bit-error rate over the golden model."""

import hashlib
import json
from pathlib import Path

import numpy as np
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from firstspike.golden import source_closure
from firstspike.golden.datasets import images as image_sources
from firstspike.golden.evaluators.faults import Faults, FaultyEvaluator
from firstspike.golden.files import write_atomically
from firstspike.golden.paths import BUILD, ROOT
from firstspike.quant import models
from firstspike.verify.campaign_state import CampaignState
from firstspike.verify.faults import faults_plots as plots
from firstspike.verify.faults import faults_section as document
from firstspike.verify.faults import sites, spot_checks, statistics

EVIDENCE = ROOT / "docs" / "verification"
RESULTS = "faults.json"
STATE = BUILD / "faults"
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


def run(console, image_counts, seeds, rtl=True):
    """Run what is not yet done, and write results, plots and the section.

    Parameters
    ----------
    console : rich.console.Console
    image_counts : dict of str to int
        Test images by model.
    seeds : int
        Fault patterns of each point.
    rtl : bool
        Do the spot checks.

    Returns
    -------
    list of Path
        Files written.

    Raises
    ------
    SimulationError
        A spot check fails.
    """
    results = {"models": {}}
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    ) as progress:
        if rtl:
            results["spot_checks"] = _spot_checks(progress)
        for model, count in image_counts.items():
            results["models"][model] = _statistics(progress, model, count, seeds)
    return write(results, EVIDENCE)


def write(results, directory):
    """Writes the results and plots into `directory`; parts that `results` lacks are kept from earlier results."""
    path = Path(directory) / RESULTS
    if path.exists():
        earlier = json.loads(path.read_text())
        results = {**earlier, **results, "models": {**earlier["models"], **results["models"]}}
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, json.dumps(results, indent=1).encode() + b"\n")
    figures = [path.parent / f"faults_{name}.svg" for name in plots.save(results, path.parent)]
    return [path, *figures]


def identity(code, network_file, images, *settings):
    """Digest of all that decides a result of `code` (modules), besides what the keys of the pieces say."""
    data = hashlib.sha256(network_file.stream + images.pixels.tobytes() + images.labels.tobytes()).hexdigest()
    return source_closure.digest(code, [network_file.schedule.config.to_json(), data, *settings])


def _spot_checks(progress):
    network_file = models.load(RTL_MODEL, RTL_CONFIG)
    found = image_sources.for_network(network_file.network, RTL_IMAGES, network_file.schedule.batch)
    state = CampaignState(STATE / "spot_checks.jsonl", identity(RTL_CODE, network_file, found, FAULTS_AT_ONCE))
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
    done = _work_off(progress, "RTL with faults", state, pieces)

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


def _statistics(progress, model, count, seeds):
    config = MODELS[model]
    network_file = models.load(model, config)
    network, schedule = network_file.network, network_file.schedule
    found = image_sources.for_network(network, count, schedule.batch)
    state = CampaignState(STATE / f"{model}.jsonl", identity(STATISTICS_CODE, network_file, found))
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
    done = _work_off(progress, model, state, pieces)

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


def _work_off(progress, title, state, pieces):
    task = progress.add_task(title, total=len(pieces))
    done = {}
    for key, make in pieces.items():
        done[key] = state.get(key, make)
        progress.advance(task)
    return done


def section(directory=EVIDENCE):
    """The markdown section of the results in `directory`."""
    return document.section(json.loads((Path(directory) / RESULTS).read_text()))
