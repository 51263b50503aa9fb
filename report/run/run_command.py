"""The command `firstspike sim`."""

import time
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from firstspike.golden import terminal
from firstspike.golden.datasets import images as image_sources
from firstspike.golden.datasets import pictures
from firstspike.golden.datasets.registry import DEFAULT_IMAGES
from firstspike.golden.network import Network
from firstspike.golden.network_file import NetworkFile
from firstspike.golden.paths import BUILD, file_name
from firstspike.quant import models
from firstspike.report import options
from firstspike.report.run import picture
from firstspike.report.run import run_report as report
from firstspike.report.run.outcome import Outcome
from firstspike.report.run.progress import SimulationProgress
from firstspike.sim import netlist, simulate, waves
from firstspike.sim.processor import simulator as build_simulator
from firstspike.sim.stimulus import MAX_SEED, MAX_STALL

REPORTS = BUILD / "reports"
WAVES = BUILD / "waves"
MAX_DIFFERENCES = 10
"""Counter differences printed; the report has all of them."""


@click.command()
@options.model()
@options.config
@options.data
@options.count(None, f"Number of test images.  [default: {DEFAULT_IMAGES}, in whole batches; one batch with --waves]")
@options.picture
@options.batch
@click.option(
    "--stall",
    default=0.0,
    show_default=True,
    type=click.FloatRange(0, MAX_STALL),
    help="Share of cycles in which each stream pauses, at random.",
)
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0, MAX_SEED), help="Seed of these pauses.")
@click.option("--waves", "record_waves", is_flag=True, help="Record waves (FST) and write a GTKWave layout.")
@click.option(
    "--calibration",
    metavar="N|FILE.npy",
    help="Round a checkpoint by what the network does with N training images of the data set, or with the unlabelled ones of "
    "a file.",
)
@click.option(
    "--netlist",
    "netlist_directory",
    type=click.Path(path_type=Path),
    metavar="DIRECTORY",
    help="Simulate the standard cells that `firstspike synth --target asic` left there.",
)
def sim(
    model: str,
    config_name: str | None,
    data: str | None,
    count: int | None,
    picture_path: Path | None,
    batch: int | None,
    stall: float,
    seed: int,
    record_waves: bool,
    calibration: str | None,
    netlist_directory: Path | None,
) -> None:
    """Run images through the RTL of the processor and compare every number with the golden model."""
    # The images of --data may be those that calibrate.
    options.require_one_source(count, picture_path, data if calibration is None else None)
    console = terminal.console()
    with terminal.errors_as_messages(*options.ERRORS):
        with console.status("network file (exported from the checkpoint the first time)"):
            network_file = models.load(model, config_name, batch, calibration, data)
        matches = _run(console, network_file, data, count, picture_path, stall, seed, record_waves, netlist_directory)
    if not matches:
        raise SystemExit(1)


def _run(
    console: Console,
    network_file: NetworkFile,
    data: str | None,
    count: int | None,
    picture_path: Path | None,
    stall: float,
    seed: int,
    record_waves: bool,
    netlist_directory: Path | None,
) -> bool:
    network, schedule = network_file.network, network_file.schedule
    if record_waves:  # every image of VGG-16 adds a file of its size; one batch shows what there is to see
        count = count or schedule.batch
    pixels, labels, source = _images(console, network, data, count, schedule.batch, picture_path)
    with console.status("golden model"):
        expected = simulate.golden(network_file, pixels)

    def compiling(
        before: float | None,
    ) -> None:  # a log shows no spinner: without a line it would be silent for minutes
        took = "it takes minutes" if before is None else f"it took {before:.0f} s the last time"
        console.print(f"compiling the simulator of the configuration {schedule.config.name} ({took})", soft_wrap=True)

    started = time.monotonic()
    with console.status(f"Verilog and simulator of the configuration {schedule.config.name}"):
        if netlist_directory is None:
            compiled = build_simulator(schedule.config, waves=record_waves, on_compile=compiling)
        else:
            compiled = netlist.simulator(schedule.config, netlist_directory, waves=record_waves, on_compile=compiling)
    console.print(f"simulator ready after {time.monotonic() - started:.0f} s")
    wave_file = WAVES / f"{file_name(network.name)}.fst" if record_waves else None

    outcome = Outcome(console, network, labels)
    with SimulationProgress(network, schedule, expected.counts, console) as progress:
        result = simulate.run(
            network_file,
            pixels,
            stall=stall,
            seed=seed,
            waves=wave_file,
            simulator=compiled,
            expected=expected,
            on_progress=progress.update,
            on_run_end=outcome.update,
        )
    document = report.document(result, source=source, labels=labels, stall=stall, seed=seed)
    report.write(_report_path(network), document)
    console.print(report.table(document))
    _print_end(console, result, document, wave_file)
    return result.matches


def _images(
    console: Console, network: Network, data: str | None, count: int | None, batch: int, picture_path: Path | None
) -> tuple[NDArray[np.uint8], NDArray[np.int64] | None, str]:
    """Pixels (N, channels, height, width), labels or None, and where they came from."""
    if picture_path is not None:
        seen = pictures.read(picture_path, network.input_shape)
        pixels = seen.pixels
        preview = REPORTS / f"{file_name(network.name)}-input.png"
        picture.save(pixels, preview)
        console.print(f"{seen.source} as the network sees it (also in {preview}):", soft_wrap=True)
        console.print(picture.half_blocks(pixels))
        return pixels[np.newaxis], None, seen.source
    found = image_sources.for_network(network, count, batch, data)
    console.print(f"images: {len(found.pixels)} of {found.source}", soft_wrap=True)
    return found.pixels, found.labels, found.source


def _print_end(
    console: Console, result: simulate.SimulationResult, document: dict[str, Any], wave_file: Path | None
) -> None:
    summary = document["summary"]
    if summary["accuracy"] is not None:
        console.print(f"accuracy: {summary['accuracy']:.2%} ({summary['correct']} of {summary['images']})")
    console.print(
        f"{summary['cycles']:,} cycles ({summary['cycles_per_image']:,.0f} per image) in "
        f"{summary['simulation_seconds']:.1f} s: {summary['simulation_speed']:,.0f} cycles a second"
    )
    if wave_file is not None:
        layout = wave_file.with_suffix(".gtkw")
        waves.write_layout(layout, wave_file, result.network_file.schedule.config)
        console.print(f"waves: {wave_file}, layout for GTKWave: {layout}", soft_wrap=True)
    console.print(f"report: {_report_path(result.network_file.network)}", soft_wrap=True)
    if result.divergence is not None:
        console.print(terminal.marked("MISMATCH", "red", f", first in time: {result.divergence}"), soft_wrap=True)
    for difference in result.counter_differences[:MAX_DIFFERENCES]:
        console.print(terminal.marked("COUNTER DIFFERS", "red", f": {difference}"), soft_wrap=True)
    for difference in (result.cycle_differences or [])[:MAX_DIFFERENCES]:
        console.print(terminal.marked("CYCLE MODEL DIFFERS", "red", f": {difference}"), soft_wrap=True)
    if result.cycle_differences == []:
        console.print(
            terminal.marked("CYCLE MODEL EQUAL", "green", ": every layer run took the predicted cycles, cause by cause")
        )
    if result.bit_exact:
        compared = sum(comparison.compared for comparison in result.comparisons)
        counters = " and all operation counters" if result.network_file.schedule.config.counters else ""
        equal = f": {compared:,} spike words and potentials{counters} equal the golden model's"
        console.print(terminal.marked("BIT-EXACT", "green", equal))


def _report_path(network: Network) -> Path:
    return REPORTS / f"{file_name(network.name)}.json"
