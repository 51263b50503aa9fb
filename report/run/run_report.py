"""What a simulation showed: as a table to read and as JSON in which every field is explained."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich import box
from rich.table import Table
from rich.text import Text

from firstspike.golden.counting import counters
from firstspike.golden.counting.fields import Field, explained
from firstspike.golden.files import write_atomically
from firstspike.report.run import outcome
from firstspike.report.run.outcome import class_names
from firstspike.sim.simulate import SimulationResult

SUMMARY = (
    Field("model", "", "name of the network"),
    Field("configuration", "", "hardware parameters of the simulated processor"),
    Field("image_source", "", "where the images came from"),
    Field("images", "images", "number of images simulated"),
    Field("batch", "images", "images of one run of the hardware"),
    Field("stall", "", "share of cycles in which each stream paused, at random"),
    Field("seed", "", "seed of these pauses; it repeats the run cycle by cycle"),
    Field("bit_exact", "", "whether all spike words, potentials and operation counters equal the golden model's"),
    Field("first_divergence", "", "the first number in time that differs from the golden model; null if none does"),
    Field("counter_differences", "", "operation counters that differ from the golden counts"),
    Field(
        "cycle_differences",
        "",
        "cycle counters that differ from the cycle model's prediction; null if not "
        "compared, because the streams were stalled or the processor has no counters",
    ),
    Field("correct", "images", "images whose class equals the label; null if there are no labels"),
    Field("accuracy", "", "correct / images; null if there are no labels"),
    Field("cycles", "cycles", "clock cycles from reset to the last result, over all images"),
    Field("cycles_per_image", "cycles", "cycles / images"),
    Field("network_stream_words", "words", "words of network_bits bits that the processor took, over all runs"),
    Field("image_stream_words", "words", "words of 32 bits that the processor took, over all runs"),
    Field("simulation_seconds", "s", "wall time of these cycles; starting the simulator is not part of it"),
    Field("simulation_speed", "cycles/s", "cycles / simulation_seconds"),
)

LAYER = (
    Field("layer", "", "name of the layer"),
    Field("compared", "numbers", "spike words (potentials in the output layer) compared with the golden model"),
    Field("wrong", "numbers", "those of them that differ"),
    *(
        Field(
            counter.name,
            counter.unit,
            f"{counter.description}; sum over all images; null if the processor has no counters",
        )
        for counter in counters.ALL
    ),
)


def document(
    result: SimulationResult, *, source: str, labels: NDArray[np.int64] | None = None, stall: float = 0.0, seed: int = 1
) -> dict[str, Any]:
    """The report as plain data.

    Parameters
    ----------
    result : simulate.SimulationResult
    source : str
        Where the images came from.
    labels : int array (N,), optional
    stall, seed
        As given to `simulate.run`.

    Returns
    -------
    dict
        `fields` (by section, name: unit and meaning), `summary`, `layers`, `images`.
    """
    network, schedule = result.network_file.network, result.network_file.schedule
    count = len(result.images)
    correct = None if labels is None else int((result.classes == labels).sum())
    summary = {
        "model": network.name,
        "configuration": schedule.config.model_dump(),
        "image_source": source,
        "images": count,
        "batch": schedule.batch,
        "stall": stall,
        "seed": seed,
        "bit_exact": result.bit_exact,
        "first_divergence": None if result.divergence is None else str(result.divergence),
        "counter_differences": list(map(str, result.counter_differences)),
        "cycle_differences": None if result.cycle_differences is None else list(map(str, result.cycle_differences)),
        "correct": correct,
        "accuracy": None if correct is None else correct / count,
        "cycles": result.cycles,
        "cycles_per_image": result.cycles / count,
        "network_stream_words": sum(run.network_words for run in result.runs),
        "image_stream_words": sum(run.image_words for run in result.runs),
        "simulation_seconds": result.seconds,
        "simulation_speed": result.cycles / result.seconds,
    }
    images = outcome.rows(class_names(network), labels, result.classes, result.potentials)
    fields = explained({"summary": SUMMARY, "layers": LAYER, "images": outcome.IMAGE})
    return {"fields": fields, "summary": summary, "layers": _layers(result), "images": images}


def _layers(result: SimulationResult) -> list[dict[str, Any]]:
    """Counters of all runs, summed by layer; the spike maps of one layer may be split over several layer runs."""
    schedule = result.network_file.schedule
    rows = []
    for index, comparison in enumerate(result.comparisons):
        counted = [
            counts
            for run in result.runs
            for layer_run, counts in zip(schedule.runs, run.counters)
            if layer_run.layer == index
        ]
        totals = {
            counter.name: sum(counts[counter.name] for counts in counted) if counted else None
            for counter in counters.ALL
        }
        rows.append({"layer": comparison.layer, "compared": comparison.compared, "wrong": comparison.wrong, **totals})
    return rows


def write(path: Path, report: Mapping[str, Any]) -> None:
    """Write the report to a JSON file, whole or not at all.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, (json.dumps(report, indent=2) + "\n").encode())


COLUMNS = {"cycles": "cycles", "events": "events", "sops": "SOPs", "spikes": "spikes", "weight_rows": "weight\nrows"}
"""Counters that the table shows, few enough for 80 characters; all of them are in the JSON file."""


def table(report: Mapping[str, Any]) -> Table:
    """The report's layers as a rich table, mean counts per image."""
    images = report["summary"]["images"]
    result = Table(
        title=f"{report['summary']['model']} on {report['summary']['configuration']['name']}, mean per image",
        box=box.SIMPLE_HEAD,
    )
    result.add_column("layer", no_wrap=True)
    for title in COLUMNS.values():
        result.add_column(title, justify="right")
    result.add_column("golden")
    for row in report["layers"]:
        result.add_row(row["layer"], *(_mean(row[name], images) for name in COLUMNS), _verdict(row))
    result.add_section()
    total = {name: _sum(row[name] for row in report["layers"]) for name in (*COLUMNS, "compared", "wrong")}
    result.add_row("all", *(_mean(total[name], images) for name in COLUMNS), _verdict(total))
    return result


def _sum(values: Iterable[int | None]) -> int | None:
    total = 0
    for value in values:
        if value is None:
            return None
        total += value
    return total


def _mean(total: int | None, images: int) -> str:
    return "-" if total is None else f"{total / images:,.0f}"


def _verdict(row: Mapping[str, Any]) -> str | Text:
    if row["compared"] == 0:
        return "not seen"
    return Text(f"{row['wrong']:,} differ", "red") if row["wrong"] else "equal"
