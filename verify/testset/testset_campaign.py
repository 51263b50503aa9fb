"""`firstspike verify testset`, and its section of docs/verification.md."""

import click

from firstspike.golden import markdown, terminal
from firstspike.golden.energy.errors import EnergyError
from firstspike.golden.schedule import MAX_BATCH
from firstspike.report import options
from firstspike.verify.campaign import Campaign

BATCH = 4


def section(results):
    """Markdown of the contents of docs/verification/testset.json."""
    names = results["cycles_per_image"]["percentiles"]
    images, correct = results["images"], results["correct"]
    return markdown.page(
        "## A whole test set through the RTL",
        f"`make testset`: {results['model']} on `{results['config']}`, batch {results['batch']}, {images:,} images "
        f"({results['source']}): {_equal(results)}. {results['compared']:,} spike words and potentials of the processor were "
        f"compared, all operation counters, and all cycles with the cycle model. {correct:,} images ({correct / images:.2%}) "
        f"are classified right, by the potentials that the RTL sent. {results['cycles']:,} cycles in "
        f"{results['seconds'] / 3600:.1f} hours of simulation. Energy by the RTL's counters: `{results['table']}`, "
        f"{results['dram']}, {results['clock_mhz']:g} MHz.",
        "Of the runs, each divided by its images:",
        markdown.table(
            ("", "mean", *(_percentile(name) for name in names)),
            [
                ("cycles per image", *(f"{value:,.0f}" for value in _values(results["cycles_per_image"]))),
                ("uJ per image", *(f"{value:,.4g}" for value in _values(results["microjoules_per_image"]))),
            ],
        ),
        markdown.table(
            ("runs with", *(f"{value:,.0f}" for value in results["cycles_per_image"]["histogram"]["edges"][:-1])),
            [("from so many cycles per image", *results["cycles_per_image"]["histogram"]["runs"])],
        ),
        markdown.table(
            ("runs with", *(f"{value:,.4g}" for value in results["microjoules_per_image"]["histogram"]["edges"][:-1])),
            [("from so many uJ per image", *results["microjoules_per_image"]["histogram"]["runs"])],
        ),
        markdown.table(
            ("class", "images", "right"),
            [
                (name, one["images"], f"{one['correct'] / one['images']:.1%}" if one["images"] else "")
                for name, one in results["classes"].items()
            ],
        ),
    )


def _values(spread):
    return spread["mean"], *spread["percentiles"].values()


def _percentile(name):
    return {"0": "least", "50": "median", "100": "most"}.get(name, f"{name} %")


def _equal(results):
    different = len(results["differences"])
    return f"**{different} differences**" if different else f"**{results['images']:,} equal**"


def shown(results):
    share = results["correct"] / results["images"]
    if not results["differences"]:
        yield terminal.marked(
            "ALL EQUAL",
            "green",
            f": {results['images']:,} images through the RTL, {results['compared']:,} spike words and potentials, all "
            f"counters, {results['cycles']:,} cycles as predicted",
        )
    yield f"accuracy: {share:.2%} ({results['correct']:,} of {results['images']:,})"
    yield (
        f"{results['cycles_per_image']['mean']:,.0f} cycles and {results['microjoules_per_image']['mean']:.1f} uJ per image "
        f"({results['table']}, {results['dram']}, batch {results['batch']})"
    )


def failures(results):
    yield from results["differences"]


@click.command(
    cls=Campaign,
    pages={"testset": ("A whole test set through the RTL", "make testset")},
    section=section,
    shown=shown,
    failures=failures,
)
@options.model()
@options.config
@options.data
@click.option("--batch", default=BATCH, show_default=True, type=click.IntRange(1, MAX_BATCH), help="Images of one run.")
@options.count(None, "Number of test images, whole batches.  [default: all of them]")
@options.scheduler
@options.workers
def testset(work, model, config_name, data, batch, count, scheduler, workers):
    """Run a whole test set through the RTL on a Dask cluster and compare everything; can be interrupted.

    With the options left out it runs the 10,000 CIFAR-10 test images: hours on one machine.
    """
    options.require_one_cluster(scheduler, workers)
    with terminal.errors_as_messages(EnergyError):
        from firstspike.report.cluster import ClusterError
        from firstspike.verify.testset import testset_run

        with terminal.errors_as_messages(ClusterError):
            return testset_run.run(work, model, config_name, data, batch, count, scheduler, workers)
