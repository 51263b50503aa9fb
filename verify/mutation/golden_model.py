"""Mutants of the golden model, the cycle model and the stream encoder, and the tests that must notice them."""

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile

from firstspike.golden.paths import BUILD, ROOT
from firstspike.verify.mutation import source_mutants as source

TREE = BUILD / "mutation" / "tree"
COPIED = ("firstspike", "golden", "hw", "quant", "sim", "flow", "report", "verify", "tests")
LINKED = ("models", "docs", "build")
SECONDS = 120
"""Processor time after which a test run counts as endless; none needs a third of it on the original."""

FORMATS, REFERENCE = "tests/golden/test_formats.py", "tests/golden/evaluators/test_reference.py"
MODULES = {
    "golden/formats.py": (FORMATS, REFERENCE),
    "golden/geometry.py": ("tests/golden/test_geometry.py",),
    "golden/evaluators/reference.py": (REFERENCE, "tests/golden/evaluators/test_vectors.py"),
    "golden/evaluators/fast.py": ("tests/golden/evaluators/test_fast.py",),
    "golden/counting/counts.py": ("tests/golden/counting/test_counts.py",),
    "golden/cycle_model/encoder.py": ("tests/golden/test_cycle_model.py",),
    "golden/cycle_model/generator.py": ("tests/golden/test_cycle_model.py",),
    "golden/cycle_model/loader.py": ("tests/golden/test_cycle_model.py",),
    "golden/cycle_model/machine.py": ("tests/golden/test_cycle_model.py",),
    "golden/cycle_model/prediction.py": ("tests/golden/test_cycle_model.py",),
    "golden/cycle_model/tables.py": ("tests/golden/test_cycle_model.py",),
    "golden/streams/network_stream.py": ("tests/golden/streams/test_network_stream.py",),
}
"""Module -> the tests that belong to it."""

SECOND_TIER = ("tests/sim/test_digits.py", "tests/sim/test_geometries.py", "tests/sim/test_simulate.py")
"""Tests that compare the whole golden model with the RTL."""


def sample(count, seed):
    """`count` mutants, as evenly as possible over the modules.

    Returns
    -------
    list of source.SourceMutant
    """
    choose = random.Random(seed)
    texts = {path: (ROOT / path).read_text() for path in MODULES}
    shuffled = {path: source.sites(text) for path, text in texts.items()}
    for found in shuffled.values():
        choose.shuffle(found)
    chosen = []
    while len(chosen) < count and any(shuffled.values()):
        chosen += [(path, found.pop()) for path, found in shuffled.items() if found]
    chosen = sorted(chosen[:count], key=lambda one: list(MODULES).index(one[0]))
    return [source.mutant(path, texts[path], site) for path, site in chosen]


def prepare():
    """A copy of the project in `TREE`, in which modules can be changed while others work with the original."""
    shutil.rmtree(TREE, ignore_errors=True)
    TREE.mkdir(parents=True)
    for name in COPIED:
        shutil.copytree(ROOT / name, TREE / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in LINKED:
        (TREE / name).symlink_to(ROOT / name)
    shutil.copy(ROOT / "pyproject.toml", TREE)


def noticed(mutant, tests):
    """The first of the tests that fails with the mutant, or None.

    Parameters
    ----------
    mutant : source.SourceMutant or None
        None: the original.
    tests : sequence of str
        Files, from the root of the project.

    Returns
    -------
    str or None
        As pytest names it; `no end` after `SECONDS` of processor time.
    """
    module = TREE / mutant.path if mutant else None
    if mutant:
        module.write_text(mutant.source)
    try:
        return _failure(tests)
    finally:
        if mutant:
            shutil.copy(ROOT / mutant.path, module)


def _failure(tests):
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-n", "0", *tests]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    # Code that numba kept has the constants of other modules in it, as they were when it was compiled.
    with tempfile.TemporaryDirectory() as compiled:
        environment["NUMBA_CACHE_DIR"] = compiled
        outcome = subprocess.run(
            command,
            cwd=TREE,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=_limit_processor_time,
        )
    if outcome.returncode == 0:
        return None
    if outcome.returncode == -signal.SIGXCPU:
        return "no end"
    failed = [line for line in outcome.stdout.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    return failed[0].split(" - ")[0].partition(" ")[2] if failed else f"pytest ends with code {outcome.returncode}"


def _limit_processor_time():
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))
