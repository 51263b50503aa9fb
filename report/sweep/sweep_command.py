"""The command `firstspike sweep`."""

import hashlib
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any

import click
import numpy as np
from dask.distributed import as_completed
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from firstspike.golden import terminal
from firstspike.golden.config import ConfigurationError, HardwareConfig
from firstspike.golden.datasets import images as image_sources
from firstspike.golden.energy import tables
from firstspike.golden.energy.errors import EnergyError
from firstspike.golden.evaluators import fast
from firstspike.golden.files import write_atomically
from firstspike.golden.paths import BUILD
from firstspike.golden.store import Store
from firstspike.quant import models
from firstspike.quant.importers import source
from firstspike.quant.importers.importer import import_network
from firstspike.report import activity, options
from firstspike.report.cluster import ClusterError, connect
from firstspike.report.sweep import pareto
from firstspike.report.sweep import space as space_files
from firstspike.report.sweep.evaluate import Workload, evaluate, unfit
from firstspike.report.sweep.space import Space, SpaceError
from firstspike.report.sweep.sweep_results import as_csv, code_digest, key

SWEEPS = BUILD / "sweeps"


@click.command(name="sweep")
@options.model(options.CHECKPOINT)
@click.option(
    "--space",
    "space_path",
    default=space_files.DEFAULT,
    type=click.Path(path_type=Path),
    help="Design space, a YAML file.  [default: report/sweep/default.yaml, 100 configurations]",
)
@options.scheduler
@options.workers
@options.data
@options.density
@options.output("build/sweeps/NAME")
def sweep(space_path, scheduler, workers, **settings):
    """Price and time many configurations on a Dask cluster; an interrupted sweep goes on where it stopped."""
    options.require_one_cluster(scheduler, workers)
    with terminal.errors_as_messages(EnergyError, SpaceError, ClusterError, *options.ERRORS):
        space = space_files.load(space_path)
        run(terminal.console(soft_wrap=True), space, scheduler=scheduler, workers=workers, **settings)


def run(
    console: Console,
    space: Space,
    *,
    model: str,
    data: str | None = None,
    density: float | None = None,
    scheduler: str | None = None,
    workers: int | None = None,
    output: Path | None = None,
) -> list[dict[str, Any]]:
    """Evaluate every point of a space that has no result yet, and write results, CSV and Pareto plot.

    Options as of the command; the rows of all points, in their order.

    Raises
    ------
    SpaceError, ClusterError, golden.energy.errors.EnergyError and the errors of import and images
    """
    table = tables.load(space.table)
    dram_prices = {name: tables.dram(name).attojoules for name in space.dram}
    directory = output or SWEEPS / space.name
    store, program = Store(directory / "results.jsonl"), code_digest(space.engine)
    known = store.known(program)
    points = [(point, *_configure(space, point)) for point in space.points()]
    workloads, digests = {}, {}
    for time_steps in sorted({config.time_steps for _, config, _ in points if config is not None}):
        with console.status(f"network and golden model for T = {time_steps}"):
            workloads[time_steps], digests[time_steps] = workload(space, model, time_steps, data, density)
    if not workloads:
        raise SpaceError(f"design space {space.name}: no combination is possible: {points[0][2]}")

    directory.mkdir(parents=True, exist_ok=True)
    rows, waiting = [], []
    for point, config, reason in points:
        network_digest, image_digest = digests[config.time_steps] if config is not None else ("", "")
        identity = key(point, config, space, network_digest, image_digest, table, dram_prices, program)
        rows.append(identity)
        if identity in known:
            continue
        if config is None:
            store.add(program, {identity: unfit(identity, point, None, space, None, reason)})
        else:
            waiting.append((identity, point, config))
    console.print(f"{len(points)} configurations, {len(points) - len(waiting)} known already")
    if waiting:
        with connect(console, scheduler, workers) as client:
            _evaluate(console, client, store, waiting, workloads, space, table, program)
    known = store.known(program)
    return _finish(console, directory, space, [known[identity] for identity in rows])


def _configure(space, point):
    """(HardwareConfig or None, reason)"""
    try:
        return space.config(point), ""
    except ConfigurationError as error:
        return None, str(error)


def workload(
    space: Space, model: str, time_steps: int, data: str | None = None, density: float | None = None
) -> tuple[Workload, tuple[str, str]]:
    """What all points with the same T share, and the digests of network and images.

    Raises
    ------
    quant.export.ERRORS, golden.datasets.images.ImagesError, SpaceError
        There is no such checkpoint, it cannot be imported, there are too few images, or the RTL is to have a density of
        spikes, which follow from its images.
    """
    if density is not None and space.engine == "rtl":
        raise SpaceError(f"design space {space.name}: spikes of a given density are for the engine model, not for rtl")
    path = models.checkpoint_path(model)
    trained, architecture, _ = source.read(path)
    config = HardwareConfig.load(space.base).model_copy(update={"time_steps": time_steps})
    network, _ = import_network(trained, architecture, config)
    images, evaluation, _ = activity.of(network, space.images, data, density)
    accuracy, judged = None, b""
    if space.accuracy_images and density is None:
        found = image_sources.for_network(network, space.accuracy_images, data=data)
        accuracy = float(np.mean(fast.run(network, found.pixels).classes(network) == found.labels))
        judged = found.pixels.tobytes() + found.labels.tobytes()
    digests = (
        hashlib.sha256(path.read_bytes() + architecture.model_dump_json().encode() + judged).hexdigest(),
        hashlib.sha256(images.tobytes() + repr(density).encode()).hexdigest(),
    )
    return Workload(network, images, evaluation, accuracy), digests


def _evaluate(console, client, store, waiting, workloads, space, table, program):
    sent = {time_steps: client.scatter(workload, broadcast=True) for time_steps, workload in workloads.items()}
    futures = [
        client.submit(
            evaluate,
            identity,
            point,
            config,
            sent[config.time_steps],
            space,
            table,
            program,
            key=f"firstspike-{identity}",
            pure=True,
        )
        for identity, point, config in waiting
    ]
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    failures = []
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("configurations", total=len(futures))
        for future in as_completed(futures):
            try:
                row = future.result()
                store.add(program, {row["key"]: row})
            except (Exception, CancelledError) as error:  # a worker may fail in any way; the other points go on
                failures.append(error)
            progress.advance(task)
    if failures:
        raise ClusterError(
            f"{len(failures)} of {len(futures)} configurations failed, the others are kept; start again "
            f"to retry. The first: {type(failures[0]).__name__}: {failures[0]}"
        )


def _finish(console, directory, space, rows):
    fitting = [row for row in rows if row["fits"]]
    write_atomically(directory / "results.csv", as_csv(rows).encode())
    console.print(f"{len(fitting)} of {len(rows)} configurations fit")
    if fitting:
        title = f"{space.name}: {len(fitting)} configurations, {space.table}, {space.clock_mhz:g} MHz"
        write_atomically(directory / "pareto.svg", pareto.plot(fitting, space.dram, title))
        for name in space.dram:
            console.print(_table(pareto.front(fitting, name), name))
    for name in ("results.jsonl", "results.csv", "pareto.svg"):
        if (directory / name).exists():
            console.print(str(directory / name))
    return rows


def _table(rows, dram):
    fields = list(rows[0]["point"]["fields"])
    header = [field.replace("_", "\n") for field in fields]
    header += ["batch", "uJ per image", "images/s", "W", "KB", "accuracy"]
    cells = [
        (
            *(str(row["point"]["fields"][field]) for field in fields),
            str(row["point"]["batch"]),
            f"{row['energy'][dram]['microjoules_per_image']:.1f}",
            f"{row['frames_per_second']:,.0f}",
            f"{row['energy'][dram]['watts']:.2f}",
            f"{row['kilobytes']:,.0f}",
            "-" if row["accuracy"] is None else f"{row['accuracy']:.1%}",
        )
        for row in rows
    ]
    return terminal.table(f"Pareto front with {dram} (energy, speed, memory)", header, cells, "r" * len(header))
