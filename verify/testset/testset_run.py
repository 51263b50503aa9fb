"""Runs a test set piece by piece on a Dask cluster; what is made is kept at once."""

import hashlib

import numpy as np
from dask.distributed import as_completed

from firstspike.golden.datasets import images as image_sources
from firstspike.golden.datasets.images import ImagesError
from firstspike.golden.energy import tables
from firstspike.golden.energy.units import MICROJOULE
from firstspike.golden.errors import SimulationError
from firstspike.quant import models
from firstspike.report import cluster
from firstspike.verify.testset import piece

RUNS_OF_PIECE = 10
"""What is lost when the work is interrupted."""

PERCENTILES = (0, 1, 10, 50, 90, 99, 100)


def run(work, model, config_name, data, batch, count, scheduler, workers):
    """The contents of docs/verification/testset.json.

    Parameters
    ----------
    work : verify.campaign.Work
    model, config_name, data, batch, scheduler, workers
        Options of the command.
    count : int or None
        Images; None: all of the data set.

    Raises
    ------
    report.cluster.ClusterError
        There is no cluster, or a worker failed; what the others made is kept.
    golden.datasets.images.ImagesError
        The images cannot be had; the sample pictures of this project are no test set.
    """
    network_file = models.load(model, config_name, batch)
    network, schedule = network_file.network, network_file.schedule
    if not schedule.config.counters:
        raise SimulationError(
            f"configuration {schedule.config.name} has no counters, so cycles and energy are not known"
        )
    data_set = image_sources.data_set_of(network, data)
    wanted = count or data_set.test_images // schedule.batch * schedule.batch
    if wanted == 0 or wanted % schedule.batch:
        raise ImagesError(f"expected a multiple of the batch of {schedule.batch} images, got {wanted}")
    images = image_sources.for_network(network, wanted, schedule.batch, data)
    if len(images.pixels) < wanted:
        raise ImagesError(f"expected {wanted} images of {data_set.title}, found {len(images.pixels)}: {images.source}")
    job = piece.Job(network_file, tables.load(tables.DEFAULT), piece.code_digest())
    step = RUNS_OF_PIECE * schedule.batch
    made = work.as_made(
        f"{network.name}, images from",
        _identity(job, images),
        range(0, wanted, step),
        lambda missing: _on_cluster(work.console, scheduler, workers, job, images.pixels, missing, step),
    )
    return _results(job, images, list(made.values()))


def _identity(job, images):
    network_file = job.network_file
    content = (
        job.program,
        network_file.schedule.config.to_json(),
        job.table.model_dump_json(),
        hashlib.sha256(network_file.stream).hexdigest(),
        hashlib.sha256(images.pixels.tobytes()).hexdigest(),
        RUNS_OF_PIECE * network_file.schedule.batch,
    )
    return hashlib.sha256(repr(content).encode()).hexdigest()[:16]


def _on_cluster(console, scheduler, workers, job, pixels, missing, step):
    """Yields ([first image], [result]) as the pieces end; after them the first error of a worker."""
    if not missing:
        return
    failure = None
    with cluster.connect(console, scheduler, workers) as client:
        sent = client.scatter(job, broadcast=True)
        futures = {
            client.submit(piece.check, sent, pixels[first : first + step], pure=False): first for first in missing
        }
        for future in as_completed(futures):
            if future.status == "finished":
                yield [futures[future]], [future.result()]
            else:
                failure = failure or future.exception()
    if failure:
        raise cluster.ClusterError(
            f"a part failed, the others are kept; start again to retry. {type(failure).__name__}: {failure}"
        )


def _results(job, images, pieces):
    network_file = job.network_file
    schedule = network_file.schedule
    classes = np.concatenate([one["classes"] for one in pieces])
    cycles = np.concatenate([one["cycles"] for one in pieces]) / schedule.batch
    microjoules = np.array([float(aj) for one in pieces for aj in one["energy_aj"]]) / (schedule.batch * MICROJOULE)
    names = images.class_names or tuple(map(str, range(int(images.labels.max()) + 1)))
    return {
        "model": network_file.network.name,
        "network_sha256": hashlib.sha256(network_file.stream).hexdigest(),
        "config": schedule.config.name,
        "batch": schedule.batch,
        "source": images.source,
        "images": len(classes),
        "compared": sum(one["compared"] for one in pieces),
        "differences": [
            f"images from {index * RUNS_OF_PIECE * schedule.batch}: {text}"
            for index, one in enumerate(pieces)
            for text in one["differences"]
        ],
        "correct": int((classes == images.labels).sum()),
        "classes": {
            name: {
                "images": int((images.labels == index).sum()),
                "correct": int(((images.labels == index) & (classes == index)).sum()),
            }
            for index, name in enumerate(names)
        },
        "cycles": int(sum(sum(one["cycles"]) for one in pieces)),
        "seconds": round(sum(one["seconds"] for one in pieces), 1),
        "table": job.table.name,
        "dram": piece.DRAM,
        "clock_mhz": piece.CLOCK_HZ / 1e6,
        "cycles_per_image": _spread(cycles),
        "microjoules_per_image": _spread(microjoules),
    }


def _spread(values):
    """Mean, percentiles, and a histogram, of the means of each run."""
    counts, edges = np.histogram(values, bins="sturges")
    return {
        "mean": float(values.mean()),
        "percentiles": {str(share): float(np.percentile(values, share)) for share in PERCENTILES},
        "histogram": {"edges": edges.tolist(), "runs": counts.tolist()},
    }
