"""The command `firstspike cycles`: what the cycle model predicts, without RTL."""

from pathlib import Path

import click

from firstspike.golden import cycle_model, terminal
from firstspike.golden.config import ConfigurationError, HardwareConfig
from firstspike.golden.counting import counters, utilisation
from firstspike.golden.counting import counts as operation_counts
from firstspike.golden.datasets import images
from firstspike.golden.energy.counted import part
from firstspike.golden.evaluators import fast
from firstspike.golden.evaluators.evaluation import InputError
from firstspike.golden.schedule import MAX_BATCH
from firstspike.quant import models
from firstspike.quant.export import ERRORS as EXPORT_ERRORS
from firstspike.quant.mapper import mapper

SHOWN_SHARE = 0.005
"""Causes with a smaller share of the cycles are not worth a column of their own."""


@click.command()
@click.argument("model")
@click.option(
    "--config",
    "config_name",
    help="Hardware configuration to explore: a preset or a JSON file.  "
    f"[default: a network file's own, {models.DEFAULT_CONFIG}]",
)
@click.option(
    "--batch", type=click.IntRange(1, MAX_BATCH), help="Images of one run.  [default: a network file's own, 1]"
)
@click.option("--images", "count", type=click.IntRange(min=1), help="Number of test images.  [default: one batch]")
def cycles(model, config_name, batch, count):
    """Predict the cycles of MODEL, a name in models/, a checkpoint or a network file, without RTL."""
    with terminal.errors_as_messages(ConfigurationError, InputError, images.ImagesError, *EXPORT_ERRORS):
        network, schedule = _scheduled(model, config_name, batch)
        count = count or schedule.batch
        if count % schedule.batch:
            raise InputError(f"expected whole batches of {schedule.batch} images, got {count} images")
        labelled = images.for_network(network, count)
        evaluation = fast.run(network, labelled.pixels)
        predictions = cycle_model.predict(network, schedule, labelled.pixels, evaluation)
    counted = [
        [{**run, "sops": sops} for run, sops in zip(prediction.runs, batch_sops)]
        for prediction, batch_sops in zip(predictions, _sops(network, schedule, labelled.pixels, evaluation))
    ]
    layers = utilisation.layers(network, schedule, counted)
    console = terminal.console(soft_wrap=True)
    console.print(f"images: {count} of {labelled.source}")
    console.print(
        f"configuration: {schedule.config.name} ({schedule.config.lanes} lanes in {schedule.config.clusters} "
        f"clusters, {schedule.config.network_bits}-bit network stream), batch {schedule.batch}"
    )
    console.print(_cycles_table(network, layers))
    for batch_index, prediction in enumerate(predictions):
        console.print(f"run {batch_index}: {prediction.cycles:,} cycles")


def _scheduled(model, config_name, batch):
    """Network and schedule as `firstspike sim` has them, but a network file may be scheduled anew."""
    if Path(model).suffix != models.SUFFIX:
        loaded = models.load(model, config_name, batch)
        return loaded.network, loaded.schedule
    loaded = models.load(model)
    own = loaded.schedule
    config = own.config if config_name is None else HardwareConfig.load(config_name)
    batch = batch or own.batch
    if (config, batch) == (own.config, own.batch):
        return loaded.network, own
    return loaded.network, mapper.schedule(loaded.network, config, batch)


def _sops(network, schedule, pixels, evaluation):
    """Synaptic operations of each layer run, by batch."""
    for first in range(0, len(pixels), schedule.batch):
        batch = slice(first, first + schedule.batch)
        counted = operation_counts.count(network, schedule, pixels[batch], part(evaluation, batch))
        yield [run["sops"] for run in counted]


def _cycles_table(network, layers):
    total = utilisation.total(layers)
    causes = [cause.name for cause in counters.CYCLE_CAUSES if total.causes[cause.name] >= SHOWN_SHARE * total.cycles]
    rows = []
    for row in (*layers, total):
        shown = [row.causes[name] for name in causes]
        rows.append(
            (
                row.layer,
                f"{row.cycles:,.0f}",
                f"{row.floor:,.0f}",
                f"{row.utilisation:.1%}",
                *(f"{cycles:,.0f}" for cycles in (*shown, row.cycles - sum(shown))),
            )
        )
    return terminal.table(
        f"Mean cycles per image of {network.name} (`firstspike counts` explains the causes; "
        "floor: all operations on all lanes)",
        ("layer", "cycles", "floor", "lanes\nbusy", *map(_cause_title, causes), "other\ncauses"),
        rows,
        plain=True,
    )


def _cause_title(name):
    return name.removeprefix("cycles_").replace("_", "\n", 1)
