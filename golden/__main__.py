"""Command line: `python -m golden run`, `cycles` and `counts`."""

import time

import click
from rich.console import Console
from rich.progress import track
from rich.table import Table

from golden import counts as operation_counts
from golden import counters, cycle_model, fast, images, models, operations, utilisation
from golden.config import ConfigurationError, HardwareConfig
from golden.evaluation import Evaluation, InputError
from golden.network import NetworkError
from golden.schedule import MAX_BATCH

BATCH = 50
"""Images evaluated at once: enough to keep every core busy, few enough to stay in the caches."""


SHOWN_SHARE = 0.005
"""Causes with a smaller share of the cycles are not worth a column of their own."""


@click.group()
def main():
    """Evaluate networks bit for bit as the processor does."""


@main.command()
@click.argument("model")
@click.option("--images", "count", default=100, show_default=True, type=click.IntRange(min=1),
              help="Number of test images.")
def run(model, count):
    """Classify images with MODEL, a network file or the name of a model, and count the operations."""
    try:
        network = models.load(model).network
        labelled = images.for_network(network, count)
        evaluator = fast.Evaluator(network)
        correct, totals, seconds = _classify(network, evaluator, labelled)
    except (NetworkError, InputError, images.ImagesError) as error:
        raise click.ClickException(str(error)) from None
    evaluated = len(labelled.labels)
    console = Console()
    console.print(f"images: {evaluated} of {labelled.source}", highlight=False, soft_wrap=True)
    console.print(f"accuracy: {correct / evaluated:.2%} ({correct} of {evaluated})", highlight=False)
    console.print(f"speed: {evaluated / seconds:.1f} images/s", highlight=False)
    console.print(_statistics_table(network, totals, evaluated))
    console.print(f"activation sparsity: {operations.activation_sparsity(totals):.2%} of the neurons stay silent",
                  highlight=False)


@main.command()
@click.argument("model")
@click.option("--config", "config_name", help="Hardware configuration to explore: a preset or a JSON file.  "
              "[default: MODEL's own]")
@click.option("--batch", type=click.IntRange(1, MAX_BATCH), help="Images of one run.  [default: MODEL's own]")
@click.option("--images", "count", type=click.IntRange(min=1),
              help="Number of test images.  [default: one batch]")
def cycles(model, config_name, batch, count):
    """Predict the cycles of MODEL, a network file or the name of a model, on a configuration, without RTL."""
    try:
        network, schedule = _scheduled(model, config_name, batch)
        count = count or schedule.batch
        if count % schedule.batch:
            raise InputError(f"expected whole batches of {schedule.batch} images, got {count} images")
        labelled = images.for_network(network, count)
        evaluation = fast.run(network, labelled.pixels)
        predictions = cycle_model.predict(network, schedule, labelled.pixels, evaluation)
    except (NetworkError, ConfigurationError, InputError, images.ImagesError) as error:
        raise click.ClickException(str(error)) from None
    counted = [[{**run, "sops": sops} for run, sops in zip(prediction.runs, batch_sops)]
               for prediction, batch_sops in zip(predictions, _sops(network, schedule, labelled.pixels, evaluation))]
    layers = utilisation.layers(network, schedule, counted)
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"images: {count} of {labelled.source}")
    console.print(f"configuration: {schedule.config.name} ({schedule.config.lanes} lanes in {schedule.config.clusters} "
                  f"clusters, {schedule.config.network_bits}-bit network stream), batch {schedule.batch}")
    console.print(_cycles_table(network, layers))
    for batch_index, prediction in enumerate(predictions):
        console.print(f"run {batch_index}: {prediction.cycles:,} cycles")


@main.command()
def counts():
    """Explain every count: its name, unit and meaning."""
    console = Console()
    table = Table("count", "unit", "meaning", "NeuroBench", title="Statistics of the spikes, whatever the schedule")
    for statistic in operations.STATISTICS:
        table.add_row(statistic.name, statistic.unit, statistic.description, statistic.neurobench)
    console.print(table)
    for title, group in (("Operations of a schedule, counted by the processor", counters.OPERATIONS),
                         ("Cycles, counted by the processor", (*counters.CYCLE_CAUSES, counters.CYCLES))):
        table = Table("count", "unit", "meaning", title=title)
        for counter in group:
            table.add_row(counter.name, counter.unit, counter.description)
        console.print(table)


def _scheduled(model, config_name, batch):
    """Network and schedule: those of the network file, or scheduled anew for another configuration or batch."""
    loaded = models.load(model)
    own = loaded.schedule
    config = own.config if config_name is None else HardwareConfig.load(config_name)
    batch = batch or own.batch
    if (config, batch) == (own.config, own.batch):
        return loaded.network, own
    # A command line may wire packages together; everything else in golden/ knows nothing of the mapper.
    from quant import mapper

    try:
        return loaded.network, mapper.schedule(loaded.network, config, batch)
    except mapper.MappingError as error:
        raise click.ClickException(str(error)) from None


def _sops(network, schedule, pixels, evaluation):
    """Synaptic operations of each layer run, by batch."""
    for first in range(0, len(pixels), schedule.batch):
        batch = slice(first, first + schedule.batch)
        part = Evaluation([spikes[batch] for spikes in evaluation.spikes], evaluation.potentials[batch])
        yield [run["sops"] for run in operation_counts.count(network, schedule, pixels[batch], part)]


def _cycles_table(network, layers):
    total = utilisation.total(layers)
    causes = [cause.name for cause in counters.CYCLE_CAUSES if total.causes[cause.name] >= SHOWN_SHARE * total.cycles]
    table = Table(title=f"Mean cycles per image of {network.name} (`python -m golden counts` explains the causes; "
                  "floor: all operations on all lanes)", box=None, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("layer", no_wrap=True)
    for title in ("cycles", "floor", "lanes\nbusy", *(_cause_title(name) for name in causes), "other\ncauses"):
        table.add_column(title, justify="right", no_wrap=True)
    for row in (*layers, total):
        shown = [row.causes[name] for name in causes]
        table.add_row(row.layer, f"{row.cycles:,.0f}", f"{row.floor:,.0f}", f"{row.utilisation:.1%}",
                      *(f"{cycles:,.0f}" for cycles in (*shown, row.cycles - sum(shown))))
    return table


def _cause_title(name):
    return name.removeprefix("cycles_").replace("_", "\n", 1)


def _classify(network, evaluator, labelled):
    """Correct classes, statistics per layer, and seconds spent on evaluation."""
    evaluator.run(labelled.pixels[:1])  # The first call compiles, which is not to be timed.
    correct, seconds = 0, 0.0
    totals = [dict.fromkeys((statistic.name for statistic in operations.STATISTICS), 0) for _ in network.layers]
    for first in track(range(0, len(labelled.labels), BATCH), description="classifying", transient=True):
        batch = labelled.pixels[first:first + BATCH]
        start = time.perf_counter()
        evaluation = evaluator.run(batch)
        seconds += time.perf_counter() - start
        correct += int((evaluation.classes(network) == labelled.labels[first:first + BATCH]).sum())
        for total, counted in zip(totals, operations.statistics(network, batch, evaluation)):
            for name in total:
                total[name] += counted[name]
    return correct, totals, seconds


def _statistics_table(network, totals, evaluated):
    names = [statistic.name for statistic in operations.STATISTICS if statistic.name != "neurons"]
    table = Table(title="Mean counts per image (`python -m golden counts` explains them)", box=None,
                  padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("layer")
    for name in names:
        table.add_column(name.replace("_", "\n", 1), justify="right", no_wrap=True)
    for layer, total in zip(network.layers, totals):
        table.add_row(layer.name, *(f"{total[name] / evaluated:,.0f}" for name in names))
    table.add_row("all", *(f"{sum(total[name] for total in totals) / evaluated:,.0f}" for name in names))
    return table


if __name__ == "__main__":
    main(prog_name="python -m golden")
