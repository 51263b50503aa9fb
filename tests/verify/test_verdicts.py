"""Stored verdicts do not outlive a change of what decided them."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from firstspike.golden import source_closure
from firstspike.golden.config import PRESETS
from firstspike.golden.paths import ROOT
from firstspike.report.sweep import sweep_results
from firstspike.verify.coverage import simulations
from firstspike.verify.faults import faults_run
from firstspike.verify.fuzz import fuzz_run
from firstspike.verify.mutation import golden_model, mutation_run
from firstspike.verify.random_networks.target import Target
from firstspike.verify.testset import piece

SIMULATOR = SimpleNamespace(directory=Path("simulator"))
IMAGES = SimpleNamespace(pixels=np.zeros(1, np.uint8), labels=np.zeros(1, np.uint8))
NETWORK_FILE = SimpleNamespace(stream=b"", schedule=SimpleNamespace(config=PRESETS["tiny"]))
COPIED = ("firstspike", "golden", "hw", "quant", "sim", "flow", "report", "verify", "tests")

WITH_RTL = {
    "faults in the RTL": lambda: faults_run.identity(faults_run.RTL_CODE, NETWORK_FILE, IMAGES),
    "malformed streams": lambda: fuzz_run.identity("streams"),
    "mutants of the RTL": lambda: mutation_run.rtl_identity(SIMULATOR, ()),
    "mutants of the golden model": lambda: mutation_run.golden_identity(golden_model.SECOND_TIER),
    "random networks": lambda: Target([PRESETS["tiny"]]).key(),
    "test set": piece.code_digest,
    "coverage": lambda: simulations.identity(SIMULATOR),
    "sweep with the RTL": lambda: sweep_results.code_digest.__wrapped__("rtl"),
}
WITHOUT_RTL = {
    # Accuracy with flipped bits is that of the golden evaluator; the readers of files meet no processor.
    "accuracy with faults": lambda: faults_run.identity(faults_run.STATISTICS_CODE, NETWORK_FILE, IMAGES),
    "damaged network files": lambda: fuzz_run.identity("network_files"),
    "damaged checkpoints": lambda: fuzz_run.identity("checkpoints"),
    "damaged PyTorch files": lambda: fuzz_run.identity("pytorch_files"),
    "random modules": lambda: fuzz_run.identity("modules"),
    "sweep with the model": lambda: sweep_results.code_digest.__wrapped__("model"),
}
ALL = WITH_RTL | WITHOUT_RTL
SIMULATION = (
    "sim/compare.py",
    "sim/bench.py",
    "sim/cocotb_test.py",
    "sim/testbench/testbench.sv",
    "sim/testbench/public.vlt",
    "hw/processor.py",
    "hw/rtl/firstspike_sram.sv",
)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    root = tmp_path_factory.mktemp("project")
    for name in COPIED:
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    (root / "models").symlink_to(ROOT / "models")
    return root


@pytest.fixture
def changes(project, monkeypatch):
    """Function of an identity and a file: whether one more character in the file makes another identity."""
    monkeypatch.setattr(source_closure, "ROOT", project)

    def changed(identity, name):
        path = project / name
        before, content = identity(), path.read_bytes()
        path.write_bytes(content + b"\n")
        try:
            return identity() != before
        finally:
            path.write_bytes(content)

    return changed


@pytest.mark.parametrize("file", SIMULATION)
@pytest.mark.parametrize("campaign", WITH_RTL)
def test_a_character_of_the_simulation_makes_the_verdicts_old(changes, campaign, file):
    assert changes(WITH_RTL[campaign], file)


@pytest.mark.parametrize("campaign", WITHOUT_RTL)
def test_verdicts_without_the_rtl_outlive_a_change_of_the_simulation(changes, campaign):
    assert not any(changes(WITHOUT_RTL[campaign], file) for file in SIMULATION)


@pytest.mark.parametrize("campaign", ALL)
def test_a_character_of_the_golden_model_makes_all_verdicts_old(changes, campaign):
    assert changes(ALL[campaign], "golden/evaluators/fast.py")


@pytest.mark.parametrize("campaign", ALL)
def test_reviews_and_pages_leave_the_verdicts(changes, campaign):
    files = ("verify/coverage/waivers.yaml", "verify/mutation/survivors.yaml", "verify/page/testplan.yaml")
    assert not any(changes(ALL[campaign], file) for file in (*files, "report/style.py", "report/sweep/default.yaml"))


@pytest.mark.parametrize("file", ["tests/fixtures.py", "golden/random_networks.py", "tests/golden/test_formats.py"])
def test_a_character_of_the_tests_makes_verdicts_on_the_golden_model_old(changes, file):
    assert changes(lambda: mutation_run.golden_identity(golden_model.MODULES["golden/formats.py"]), file)


def test_the_settings_of_the_faults_make_their_verdicts_old():
    found = [
        faults_run.identity(faults_run.RTL_CODE, NETWORK_FILE, images, count)
        for images in (IMAGES, SimpleNamespace(pixels=np.ones(1, np.uint8), labels=IMAGES.labels))
        for count in (1, 2)
    ]
    assert len(set(found)) == len(found)
