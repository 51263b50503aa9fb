"""What several commands have in common: options, and errors that are the user's to mend."""

from pathlib import Path

import click

from firstspike.golden.config import ConfigurationError
from firstspike.golden.datasets.data_option import data
from firstspike.golden.datasets.images import ImagesError
from firstspike.golden.errors import SimulationError
from firstspike.golden.evaluators.evaluation import InputError
from firstspike.golden.schedule import MAX_BATCH
from firstspike.quant import models
from firstspike.quant.export import ERRORS as EXPORT_ERRORS

__all__ = [
    "ERRORS",
    "batch",
    "config",
    "count",
    "data",
    "density",
    "model",
    "output",
    "picture",
    "scheduler",
    "workers",
]

ERRORS = (SimulationError, ConfigurationError, InputError, ImagesError, *EXPORT_ERRORS)

NETWORK = "Name of a checkpoint in models/, or path of a checkpoint or network file."
CHECKPOINT = "Name of a checkpoint in models/, or path of a checkpoint."


def model(what=NETWORK):
    """click option `--model`."""
    return click.option("--model", default="vgg16_cifar10", show_default=True, help=what)


config = click.option(
    "--config",
    "config_name",
    help=f"Hardware configuration: a preset or a JSON file.  [default: a network file's own, {models.DEFAULT_CONFIG}]",
)
batch = click.option(
    "--batch", type=click.IntRange(1, MAX_BATCH), help="Images of one run.  [default: a network file's own, 1]"
)
density = click.option(
    "--density",
    type=click.FloatRange(0, 1),
    help="Instead of what images do: this share of the hidden neurons fires, at random. Pixels are those of --data, or random.",
)
scheduler = click.option(
    "--scheduler", help="Address of a Dask scheduler, for example tcp://host:8786.  [default: this machine]"
)
workers = click.option(
    "--workers", type=click.IntRange(min=1), help="Processes on this machine.  [default: one a core]"
)
picture = click.option(
    "--image", "picture_path", type=click.Path(path_type=Path), help="A picture of your own instead."
)


def count(default, text):
    """click option `--images`."""
    return click.option(
        "--images", "count", default=default, show_default=default is not None, type=click.IntRange(min=1), help=text
    )


def require_one_source(count, picture_path, data=None):
    """Raises click.UsageError if `--images` or `--data` is given beside `--image`: one of them would be ignored."""
    for option, value in (("--images", count), ("--data", data)):
        if value is not None and picture_path is not None:
            raise click.UsageError(f"{option} and --image exclude each other")


def require_one_cluster(scheduler, workers):
    """Raises click.UsageError if both are given: the number of processes is for the cluster of this machine."""
    if scheduler is not None and workers is not None:
        raise click.UsageError("--workers is for the cluster of this machine, --scheduler for another one")


def output(default):
    """click option `--output`, a directory."""
    return click.option(
        "--output", type=click.Path(path_type=Path, file_okay=False), help=f"Directory.  [default: {default}]"
    )
