"""Handwritten digits through `tiny` on a Dask cluster of this process."""

import dataclasses
import json

import numpy as np
import pytest
from click.testing import CliRunner
from dask.distributed import LocalCluster

from firstspike.golden.config import PRESETS
from firstspike.golden.datasets import digits
from firstspike.golden.datasets.images import ImagesError
from firstspike.golden.errors import SimulationError
from firstspike.golden.evaluators import fast
from firstspike.quant import models
from firstspike.report import cluster
from firstspike.verify.testset import piece, testset_campaign, testset_run

IMAGES = 2 * 4 * testset_run.RUNS_OF_PIECE


@pytest.fixture(scope="module")
def scheduler():
    with LocalCluster(n_workers=1, processes=False, protocol="tcp", dashboard_address=None) as local:
        yield local.scheduler_address


@pytest.fixture
def run(work, scheduler):
    def run(config="tiny", batch=4, count=IMAGES, data=None):
        with work() as one:
            return testset_run.run(one, "digits", str(config), data, batch, count, scheduler, None)

    return run


@pytest.fixture
def another_network(monkeypatch):
    """Makes the golden model evaluate a network with another bias than the one in the stream."""
    load = models.load

    def changed(*arguments):
        network_file = load(*arguments)
        first, *others = network_file.network.layers
        other = dataclasses.replace(first, biases=first.biases + 4096)
        network = dataclasses.replace(network_file.network, layers=(other, *others))
        return dataclasses.replace(network_file, network=network)

    monkeypatch.setattr(models, "load", changed)


def test_every_image_is_compared_and_counted(run):
    found = run()
    network_file, images = models.load("digits", "tiny", 4), digits.DATA_SET.test(IMAGES)
    classes = fast.run(network_file.network, images.pixels).classes(network_file.network)
    assert (found["images"], found["differences"]) == (IMAGES, [])
    assert found["correct"] == int((classes == images.labels).sum()) < IMAGES
    assert sum(one["images"] for one in found["classes"].values()) == IMAGES
    assert sum(one["correct"] for one in found["classes"].values()) == found["correct"]
    spread = found["cycles_per_image"]
    assert sum(spread["histogram"]["runs"]) == IMAGES // 4
    assert round(spread["mean"] * IMAGES) == found["cycles"]
    assert spread["percentiles"]["0"] <= spread["percentiles"]["50"] <= spread["percentiles"]["100"]


def test_what_is_made_is_not_made_again(run, monkeypatch):
    found = run()
    monkeypatch.setattr(cluster, "connect", lambda *arguments: pytest.fail("nothing is left to do"))
    assert run() == found


def test_a_failing_part_is_one_clear_error_and_the_others_are_kept(run, monkeypatch, tmp_path):
    check, calls = piece.check, tmp_path / "calls"

    def fail(job, pixels):
        if np.array_equal(pixels[0], digits.DATA_SET.test(1).pixels[0]):
            raise SimulationError("the simulation hangs")
        return check(job, pixels)

    def note(job, pixels):
        # In the worker, which gets a copy of this function and of all that it refers to.
        calls.write_text(calls.read_text() + f"{len(pixels)} ")
        return check(job, pixels)

    monkeypatch.setattr(piece, "check", fail)
    with pytest.raises(cluster.ClusterError, match="the others are kept; start again to retry. SimulationError: the s"):
        run()
    calls.write_text("")
    monkeypatch.setattr(piece, "check", note)
    assert run()["images"] == IMAGES and calls.read_text() == f"{IMAGES // 2} "


def test_a_difference_is_found_in_every_part(run, another_network):
    differences = run()["differences"]
    assert {text.partition(":")[0] for text in differences} == {"images from 0", f"images from {IMAGES // 2}"}


def test_a_difference_fails_the_command(scheduler, another_network, tmp_path):
    options = ["--model", "digits", "--config", "tiny", "--images", "4", "--scheduler", scheduler]
    outcome = CliRunner().invoke(testset_campaign.testset, [*options, "-o", str(tmp_path / "testset.json")])
    assert outcome.exit_code == 1 and "ALL EQUAL" not in outcome.output and "images from 0: layer " in outcome.output
    assert "differences**" in testset_campaign.section(json.loads((tmp_path / "testset.json").read_text()))


def test_a_worker_with_another_program_refuses():
    network_file = models.load("digits", "tiny", 4)
    with pytest.raises(cluster.WorkerError, match="every machine of the cluster needs the same checkout"):
        piece.check(piece.Job(network_file, None, "another"), digits.DATA_SET.test(4).pixels)


def test_images_that_are_no_whole_batches_are_refused(run):
    with pytest.raises(ImagesError, match="expected a multiple of the batch of 4 images, got 10"):
        run(count=10)


def test_sample_pictures_are_no_test_set(work, scheduler, monkeypatch):
    images = testset_run.image_sources
    few = images.for_network(models.load("digits", "tiny", 4).network, 4)
    monkeypatch.setattr(images, "for_network", lambda *arguments: few)
    with pytest.raises(ImagesError, match="expected 80 images of handwritten digits, found 4"), work() as one:
        testset_run.run(one, "digits", "tiny", None, 4, 80, scheduler, None)


def test_a_processor_without_counters_is_refused(run, tmp_path):
    path = tmp_path / "uncounted.json"
    path.write_text(PRESETS["tiny"].model_copy(update={"name": "uncounted", "counters": False}).to_json())
    with pytest.raises(SimulationError, match="configuration uncounted has no counters"):
        run(config=path)


def test_the_section_shows_what_was_measured(run):
    found = run()
    text = testset_campaign.section(found)
    assert f"**{IMAGES} equal**" in text and f"({found['correct'] / IMAGES:.2%})" in text
    assert f"| {found['cycles_per_image']['mean']:,.0f} |" in text
