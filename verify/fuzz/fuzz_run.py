"""The fuzzing campaign: readers of files, the importer of modules, then streams into the RTL."""

import functools
import io
import tempfile
from collections import Counter
from pathlib import Path

from firstspike.golden import source_closure
from firstspike.golden.config import PRESETS
from firstspike.quant import models
from firstspike.verify.campaign import in_batches
from firstspike.verify.fuzz import damaged_files as files
from firstspike.verify.fuzz import malformed_streams as streams
from firstspike.verify.fuzz import record_bits
from firstspike.verify.random_networks import cases

CONFIG = "tiny"
CHECKPOINT = "digits"
NETWORK_SEED = 3
"""Of the network whose file is damaged."""
FILES_AT_ONCE = 100
STREAMS_AT_ONCE = 26
MODULES_AT_ONCE = 20
BITS_AT_ONCE = 200
MOST_PROBLEMS = 10
"""Problems kept in the results."""
READER_CODE = ("firstspike.verify.fuzz.damaged_files", "firstspike.verify.random_networks.cases")
RTL_CODE = ("firstspike.verify.fuzz.malformed_streams",)
MODULE_CODE = ("firstspike.verify.fuzz.random_modules",)


def run(work, target, count):
    """Check the first cases of a target and sum up what they show.

    Parameters
    ----------
    work : verify.campaign.Work
    target : str
        One of `TARGETS`.
    count : int

    Returns
    -------
    dict
        As in docs/verification/fuzz.json.

    Raises
    ------
    SimulationError
        The simulation cannot be built.
    """
    make_check, size, _ = TARGETS[target]
    check = functools.cache(make_check)
    outcomes = work.in_groups(
        target.replace("_", " "), identity(target), range(count), lambda seeds: check()(seeds), in_batches(size)
    )
    found = [{"seed": seed, **outcome} for seed, outcome in outcomes.items()]
    numbers = Counter((one["kind"], one["outcome"]) for one in found)
    problems = [one for one in found if one["problem"]]
    summary = {
        "cases": len(found),
        "outcomes": {
            kind: {outcome: number for (other, outcome), number in sorted(numbers.items()) if other == kind}
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


def identity(target):
    """Digest of all that decides an outcome of one of `TARGETS`, besides the seed."""
    *_, code = TARGETS[target]
    return source_closure.digest(code, [target, CONFIG, NETWORK_SEED], [models.checkpoint_path(CHECKPOINT)])


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


def _modules():
    import torch

    from firstspike.verify.fuzz import random_modules

    torch.set_num_threads(1)
    return lambda seeds: [random_modules.check(seed) for seed in seeds]


def _in_directory(check):
    def check_all(seeds):
        with tempfile.TemporaryDirectory() as directory:
            return [check(seed, Path(directory)) for seed in seeds]

    return check_all


def _streams():
    config = PRESETS[CONFIG]
    compiled = streams.simulator(config)
    return lambda seeds: streams.check([streams.from_seed(seed, config) for seed in seeds], compiled)


def _record_bits():
    config = PRESETS[CONFIG]
    compiled = streams.simulator(config)
    return lambda numbers: record_bits.check(numbers, config, compiled)


TARGETS = {
    "network_files": (_network_files, FILES_AT_ONCE, READER_CODE),
    "checkpoints": (_checkpoints, FILES_AT_ONCE, READER_CODE),
    "pytorch_files": (_pytorch_files, FILES_AT_ONCE, READER_CODE),
    "modules": (_modules, MODULES_AT_ONCE, MODULE_CODE),
    "streams": (_streams, STREAMS_AT_ONCE, RTL_CODE),
    "record_bits": (_record_bits, BITS_AT_ONCE, ("firstspike.verify.fuzz.record_bits",)),
}
"""Name -> function that makes the check of a range of seeds, cases at once, modules that decide the outcome."""
