"""The command `firstspike cycles`: what the cycle model predicts, without RTL."""

from pathlib import Path

import click

from firstspike.golden import cycle_model, terminal
from firstspike.golden.config import HardwareConfig
from firstspike.golden.counting import counts as operation_counts
from firstspike.golden.counting import utilisation
from firstspike.golden.energy.counted import part
from firstspike.golden.evaluators.evaluation import InputError
from firstspike.quant import models
from firstspike.quant.mapper import mapper
from firstspike.report import activity, options
from firstspike.report.benchmark import processor_runs, tables

SHOWN_SHARE = 0.005
"""Causes with a smaller share of the cycles are not worth a column of their own."""


@click.command()
@click.argument("model")
@options.config
@options.batch
@options.data
@options.density
@options.count(None, "Number of test images.  [default: one batch]")
def cycles(model, config_name, batch, data, density, count):
    """Predict the cycles of MODEL, a name in models/, a checkpoint or a network file, without RTL."""
    with terminal.errors_as_messages(*options.ERRORS):
        network, schedule = _scheduled(model, config_name, batch)
        count = count or schedule.batch
        if count % schedule.batch:
            raise InputError(f"expected whole batches of {schedule.batch} images, got {count} images")
        pixels, evaluation, what = activity.of(network, count, data, density)
        predictions = cycle_model.predict(network, schedule, pixels, evaluation)
    counted = [
        [{**run, "sops": sops} for run, sops in zip(prediction.runs, batch_sops)]
        for prediction, batch_sops in zip(predictions, _sops(network, schedule, pixels, evaluation))
    ]
    layers = utilisation.layers(network, schedule, counted)
    console = terminal.console(soft_wrap=True)
    console.print(f"images: {count} of {what}")
    console.print(
        f"configuration: {schedule.config.name} ({schedule.config.lanes} lanes in {schedule.config.clusters} "
        f"clusters, {schedule.config.network_bits}-bit network stream), batch {schedule.batch}"
    )
    title = (
        f"Mean cycles per image of {network.name} (`firstspike counts` explains the causes; "
        "floor: all operations on all lanes)"
    )
    rows = [processor_runs.layer(one) for one in (*layers, utilisation.total(layers))]
    console.print(tables.narrow(title, *tables.rows(rows, SHOWN_SHARE)))
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
