"""The fuzzing campaign: readers of files, then streams into the RTL."""

import io
import json
import tempfile
from collections import Counter
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from firstspike.golden import source_closure
from firstspike.golden.config import PRESETS
from firstspike.golden.files import write_atomically
from firstspike.golden.paths import BUILD, ROOT
from firstspike.quant import models
from firstspike.verify.campaign_state import CampaignState
from firstspike.verify.fuzz import damaged_files as files
from firstspike.verify.fuzz import malformed_streams as streams
from firstspike.verify.random_networks import cases

RESULTS = ROOT / "docs" / "verification" / "fuzz.json"
STATE = BUILD / "fuzz"
CONFIG = "tiny"
CHECKPOINT = "digits"
NETWORK_SEED = 3
"""Of the network whose file is damaged."""
FILES_OF_PIECE = 100
STREAMS_OF_PIECE = 26
MOST_PROBLEMS = 10
"""Problems kept in the results."""
READER_CODE = ("firstspike.verify.fuzz.damaged_files", "firstspike.verify.random_networks.cases")
RTL_CODE = ("firstspike.verify.fuzz.malformed_streams",)


def run(console, counts):
    """Run what is not yet done and write the results.

    Parameters
    ----------
    console : rich.console.Console
    counts : dict of str to int
        Cases of each of `TARGETS`.

    Returns
    -------
    dict
        As written to `RESULTS`.

    Raises
    ------
    SimulationError
        The simulation cannot be built.
    """
    results = {}
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    ) as progress:
        for target, count in counts.items():
            results[target] = _target(progress, target, count)
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(RESULTS, json.dumps(results, indent=1).encode() + b"\n")
    return results


def identity(target):
    """Digest of all that decides an outcome of one of `TARGETS`, besides the seed."""
    *_, code = TARGETS[target]
    return source_closure.digest(code, [CONFIG, NETWORK_SEED], [models.checkpoint_path(CHECKPOINT)])


def _target(progress, target, count):
    make_check, size, _ = TARGETS[target]
    state = CampaignState(STATE / f"{target}.jsonl", identity(target))
    task = progress.add_task(target.replace("_", " "), total=count)
    check = None
    found = []
    for first in range(0, count, size):
        seeds = range(first, min(first + size, count))

        def make(seeds=seeds):
            nonlocal check
            check = check or make_check()
            return [{"seed": seed, **outcome} for seed, outcome in zip(seeds, check(seeds), strict=True)]

        found += state.get(f"{seeds.start} to {seeds.stop}", make)
        progress.update(task, completed=len(found))
    outcomes = Counter((one["kind"], one["outcome"]) for one in found)
    problems = [one for one in found if one["problem"]]
    summary = {
        "cases": len(found),
        "outcomes": {
            kind: {outcome: number for (other, outcome), number in sorted(outcomes.items()) if other == kind}
            for kind in dict.fromkeys(one["kind"] for one in found)
        },
        "problems": len(problems),
        "first_problems": problems[:MOST_PROBLEMS],
    }
    if target == "streams":
        summary |= {
            "config": CONFIG,
            "watchdog_cycles": PRESETS[CONFIG].watchdog_cycles,
            "most_cycles": max(one["cycles"] for one in found),
        }
    return summary


def _network_files():
    base = cases.from_seed(NETWORK_SEED, PRESETS[CONFIG]).network_file
    return _in_directory(lambda seed, directory: files.check_network_file(seed, base, directory))


def _checkpoints():
    path = models.checkpoint_path(CHECKPOINT)
    return _in_directory(lambda seed, directory: files.check_checkpoint(seed, path, directory))


def _pytorch_files():
    import torch
    from safetensors.torch import load_file

    content = io.BytesIO()
    torch.save(load_file(models.checkpoint_path(CHECKPOINT)), content)
    return _in_directory(lambda seed, directory: files.check_pytorch(seed, content.getvalue(), directory))


def _in_directory(check):
    def check_all(seeds):
        with tempfile.TemporaryDirectory() as directory:
            return [check(seed, Path(directory)) for seed in seeds]

    return check_all


def _streams():
    config = PRESETS[CONFIG]
    compiled = streams.simulator(config)
    return lambda seeds: streams.check([streams.from_seed(seed, config) for seed in seeds], compiled)


TARGETS = {
    "network_files": (_network_files, FILES_OF_PIECE, READER_CODE),
    "checkpoints": (_checkpoints, FILES_OF_PIECE, READER_CODE),
    "pytorch_files": (_pytorch_files, FILES_OF_PIECE, READER_CODE),
    "streams": (_streams, STREAMS_OF_PIECE, RTL_CODE),
}
"""Name -> function that makes the check of a range of seeds, cases of a piece, modules that decide the outcome."""
