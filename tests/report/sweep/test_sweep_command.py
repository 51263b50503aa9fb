"""Sweeps of a small checkpoint on a Dask cluster of this process."""

import json

import numpy as np
import pytest
from dask.distributed import LocalCluster
from rich.console import Console

from firstspike.golden.datasets import digits
from firstspike.golden.datasets.images import ImagesError
from firstspike.golden.energy.errors import EnergyError
from firstspike.report import cluster
from firstspike.report.sweep import sweep_command as command
from firstspike.report.sweep.space import Space, SpaceError

SPACE = Space(
    name="small", base="tiny", axes={"ring_rows": [96, 128], "network_bits": [32, 64]}, batch=[1, 2], images=2
)


@pytest.fixture(scope="module")
def scheduler():
    with LocalCluster(n_workers=1, processes=False, protocol="tcp", dashboard_address=None) as cluster:
        yield cluster.scheduler_address


@pytest.fixture
def sweep(small_checkpoint, scheduler, tmp_path):
    def run(space=SPACE, **options):
        return command.run(
            Console(quiet=True),
            space,
            model=str(small_checkpoint),
            output=tmp_path / "out",
            **{"scheduler": scheduler} | options,
        )

    return run


def test_every_point_has_one_result_and_files_are_written(sweep, tmp_path):
    rows = sweep()
    assert [
        (row["point"]["fields"]["ring_rows"], row["point"]["fields"]["network_bits"], row["point"]["batch"])
        for row in rows
    ] == [(ring, bits, batch) for ring in (96, 128) for bits in (32, 64) for batch in (1, 2)]
    assert all(row["fits"] and row["energy"]["hbm2"]["energy_aj"] > 0 for row in rows)
    written = [json.loads(line) for line in (tmp_path / "out" / "results.jsonl").read_text().splitlines()]
    assert sorted(row["key"] for row in written) == sorted(row["key"] for row in rows)
    assert (tmp_path / "out" / "pareto.svg").read_text().startswith("<?xml")
    assert len((tmp_path / "out" / "results.csv").read_text().splitlines()) == 1 + 2 * len(rows)


def test_an_interrupted_sweep_goes_on_where_it_stopped(sweep, tmp_path):
    rows = sweep()
    path = tmp_path / "out" / "results.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:3]) + lines[3][:20])
    assert sweep() == rows
    again = path.read_text().splitlines(keepends=True)
    assert again[:3] == lines[:3] and sorted(again) == sorted(lines)


def test_a_finished_sweep_needs_no_cluster(sweep):
    rows = sweep()
    assert sweep(scheduler="tcp://127.0.0.1:1") == rows


def test_an_impossible_combination_is_a_result_with_its_reason(sweep):
    possible, impossible = sweep(Space(name="s", base="tiny", axes={"network_bits": [32, 33]}, images=1))
    assert possible["fits"]
    assert not impossible["fits"] and "network_bits must be a multiple of 32, not 33" in impossible["reason"]


def test_a_space_without_any_possible_point_is_an_error(sweep):
    with pytest.raises(SpaceError, match="no combination is possible: .*network_bits must be a multiple of 32"):
        sweep(Space(name="s", base="tiny", axes={"network_bits": [33]}, images=1))


def test_time_steps_are_swept_with_a_network_of_their_own(sweep):
    short, long = sweep(Space(name="s", base="tiny", axes={"time_steps": [4, 24]}, images=2, accuracy_images=50))
    assert short["energy"]["hbm2"]["energy_aj"] < long["energy"]["hbm2"]["energy_aj"]
    assert short["accuracy"] is not None and long["accuracy"] is not None


def test_a_scheduler_that_is_not_there_is_one_clear_error(sweep, monkeypatch):
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    with pytest.raises(cluster.ClusterError, match="no Dask scheduler at tcp://127.0.0.1:1"):
        sweep(scheduler="tcp://127.0.0.1:1")


def test_an_unknown_table_or_dram_is_named_before_anything_runs(sweep, tmp_path):
    with pytest.raises(EnergyError, match="unknown energy table"):
        sweep(SPACE.model_copy(update={"table": "none"}))
    with pytest.raises(EnergyError, match="unknown DRAM"):
        sweep(SPACE.model_copy(update={"dram": ["none"]}))
    assert not (tmp_path / "out").exists()


def test_a_worker_that_fails_leaves_the_other_results(sweep, monkeypatch, tmp_path):
    original = command.evaluate

    def fail_sometimes(key, point, *rest):
        if point.batch == 2:
            raise RuntimeError("a worker died")
        return original(key, point, *rest)

    monkeypatch.setattr(command, "evaluate", fail_sometimes)
    with pytest.raises(cluster.ClusterError, match="4 of 8 configurations failed, the others are kept"):
        sweep()
    assert len((tmp_path / "out" / "results.jsonl").read_text().splitlines()) == 4
    monkeypatch.undo()
    assert len(sweep()) == 8


def test_a_given_density_of_spikes_decides_energy_and_says_no_accuracy(sweep):
    space = Space(name="s", base="tiny", axes={"network_bits": [32]}, images=2, accuracy_images=50)
    rows = [sweep(space, density=density)[0] for density in (0.05, 0.5)]
    assert all(row["fits"] and row["accuracy"] is None for row in rows)
    assert rows[0]["energy"]["hbm2"]["energy_aj"] < rows[1]["energy"]["hbm2"]["energy_aj"]
    assert rows[0]["cycles_per_image"] < rows[1]["cycles_per_image"]
    with pytest.raises(SpaceError, match="spikes of a given density are for the engine model, not for rtl"):
        sweep(space.model_copy(update={"engine": "rtl"}), density=0.5)


def test_images_of_the_users_are_swept_and_judged(sweep, tmp_path):
    space = Space(name="s", base="tiny", axes={"network_bits": [32]}, images=2, accuracy_images=4)
    shipped = sweep(space)
    pixels, labels = digits.split(training=True)
    paths = [tmp_path / "one.npz", tmp_path / "other.npz"]
    np.savez(paths[0], images=pixels[:4], labels=labels[:4])
    np.savez(paths[1], images=pixels[:4], labels=(labels[:4] + 1) % 10)
    one, other = (sweep(space, data=str(path)) for path in paths)
    assert len({row["key"] for row in (*shipped, *one, *other)}) == 3  # labels too decide a result
    assert one[0]["energy"] == other[0]["energy"] != shipped[0]["energy"]
    with pytest.raises(ImagesError, match="one.npz: expected 1 to 4 images, got 8"):
        sweep(space.model_copy(update={"images": 8}), data=str(paths[0]))
