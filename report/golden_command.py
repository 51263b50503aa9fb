"""The command `firstspike golden`: accuracy and operation counts of a model, without hardware."""

import time

import click
from rich.progress import track

from firstspike.golden import terminal
from firstspike.golden.counting import operations
from firstspike.golden.datasets import images
from firstspike.golden.datasets.registry import DEFAULT_IMAGES
from firstspike.golden.evaluators import fast
from firstspike.quant import models
from firstspike.report import options
from firstspike.report.benchmark import tables

BATCH = 50
"""Images evaluated at once: enough to keep every core busy, few enough to stay in the caches."""


@click.command()
@click.argument("model")
@options.data
@options.count(None, f"Number of test images.  [default: {DEFAULT_IMAGES}]")
def golden(model, data, count):
    """Classify images with MODEL, a name in models/, a checkpoint or a network file, and count the operations."""
    with terminal.errors_as_messages(*options.ERRORS):
        network = models.load(model).network
        labelled = images.for_network(network, count, data=data)
        evaluator = fast.Evaluator(network)
        correct, totals, seconds = _classify(network, evaluator, labelled)
    evaluated = len(labelled.labels)
    console = terminal.console(soft_wrap=True)
    console.print(f"images: {evaluated} of {labelled.source}")
    console.print(f"accuracy: {correct / evaluated:.2%} ({correct} of {evaluated})")
    console.print(f"speed: {evaluated / seconds:.1f} images/s")
    console.print(_statistics_table(network, totals, evaluated))
    console.print(f"activation sparsity: {operations.activation_sparsity(totals):.2%} of the neurons stay silent")


def _classify(network, evaluator, labelled):
    """Correct classes, statistics per layer, and seconds spent on evaluation."""
    evaluator.run(labelled.pixels[:1])  # The first call compiles, which is not to be timed.
    correct, seconds = 0, 0.0
    totals = [dict.fromkeys((statistic.name for statistic in operations.STATISTICS), 0) for _ in network.layers]
    for first in track(range(0, len(labelled.labels), BATCH), description="classifying", transient=True):
        batch = labelled.pixels[first : first + BATCH]
        start = time.perf_counter()
        evaluation = evaluator.run(batch)
        seconds += time.perf_counter() - start
        correct += int((evaluation.classes(network) == labelled.labels[first : first + BATCH]).sum())
        for total, counted in zip(totals, operations.statistics(network, batch, evaluation)):
            for name in total:
                total[name] += counted[name]
    return correct, totals, seconds


def _statistics_table(network, totals, evaluated):
    names = [statistic.name for statistic in operations.STATISTICS if statistic.name != "neurons"]
    every = {name: sum(total[name] for total in totals) for name in names}
    layers = [layer.name for layer in network.layers]
    rows = [
        (layer, *(f"{total[name] / evaluated:,.0f}" for name in names))
        for layer, total in zip((*layers, "all"), (*totals, every))
    ]
    title = "Mean counts per image (`firstspike counts` explains them)"
    return tables.narrow(title, ("layer", *(name.replace("_", " ") for name in names)), rows)
