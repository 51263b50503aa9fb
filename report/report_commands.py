"""The commands that need the packages of the extra `report`: `firstspike report`, `sweep`, `bench` and `faults`."""

import importlib.util
from pathlib import Path

import click

from firstspike.golden import terminal
from firstspike.golden.config import ConfigurationError
from firstspike.golden.datasets.data_set import DEFAULT_IMAGES
from firstspike.golden.datasets.images import ImagesError
from firstspike.golden.errors import SimulationError
from firstspike.golden.evaluators.evaluation import InputError
from firstspike.golden.schedule import MAX_BATCH
from firstspike.quant import models
from firstspike.quant.export import ERRORS as EXPORT_ERRORS

PACKAGES = ("dask", "distributed", "jinja2", "matplotlib", "yaml")
ERRORS = (ConfigurationError, InputError, ImagesError, *EXPORT_ERRORS)


def require_packages():
    """Raises a click error if a package of the extra `report` is missing: simulations run without them."""
    missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        raise click.ClickException(
            f"reports need the packages {', '.join(missing)}: `make report` installs them, and "
            f"so does `pip install -e '.[report]'`"
        )


@click.command()
@click.option(
    "--model",
    default="vgg16_cifar10",
    show_default=True,
    help="Name of a checkpoint in models/, or path of a checkpoint or network file.",
)
@click.option(
    "--config",
    "config_name",
    help=f"Hardware configuration: a preset or a JSON file.  [default: {models.DEFAULT_CONFIG}]",
)
@click.option(
    "--images",
    "count",
    type=click.IntRange(min=1),
    help=f"Test images to classify, to count and to price.  [default: {DEFAULT_IMAGES}]",
)
@click.option("--image", "picture_path", type=click.Path(path_type=Path), help="A picture of your own instead.")
@click.option(
    "--show", "shown", default=0, show_default=True, type=click.IntRange(min=0), help="Image whose spikes are drawn."
)
@click.option("--batch", type=click.IntRange(1, MAX_BATCH), help="Images of one run.  [default: 1]")
@click.option("--table", default="cacti_28nm", show_default=True, help="Energy table: a name or a YAML file.")
@click.option("--dram", default="hbm2", show_default=True, help="DRAM choice: hbm2, ddr4 or lpddr4.")
@click.option(
    "--clock",
    "clock_mhz",
    default=500.0,
    show_default=True,
    type=click.FloatRange(min=0.001),
    help="Clock in MHz, for rates, power and leakage.",
)
@click.option(
    "--rtl",
    type=click.Path(path_type=Path),
    help="Report of `firstspike sim` to compare with.  [default: the last one, if it fits]",
)
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), help="Directory.  [default: build/reports]")
def report(**options):
    """Estimate the energy of a network and write one HTML page with the JSON, CSV and YAML behind it."""
    require_packages()
    from firstspike.golden.energy.errors import EnergyError
    from firstspike.report.energy import energy_command as command

    with terminal.errors_as_messages(EnergyError, *ERRORS):
        command.write(terminal.console(), **options)


@click.command()
@click.option(
    "--model",
    default="vgg16_cifar10",
    show_default=True,
    help="Name of a checkpoint in models/, or path of a checkpoint.",
)
@click.option(
    "--space",
    "space_path",
    type=click.Path(path_type=Path),
    help="Design space, a YAML file.  [default: report/sweep/default.yaml, 100 configurations]",
)
@click.option("--scheduler", help="Address of a Dask scheduler, for example tcp://host:8786.  [default: this machine]")
@click.option("--workers", type=click.IntRange(min=1), help="Processes on this machine.  [default: one a core]")
@click.option(
    "--output", type=click.Path(path_type=Path, file_okay=False), help="Directory.  [default: build/sweeps/NAME]"
)
def sweep(model, space_path, scheduler, workers, output):
    """Price and time many configurations on a Dask cluster; an interrupted sweep goes on where it stopped."""
    require_packages()
    from firstspike.golden.energy.errors import EnergyError
    from firstspike.report.sweep import space
    from firstspike.report.sweep import sweep_command as command

    if scheduler is not None and workers is not None:
        raise click.UsageError("--workers is for the cluster of this machine, --scheduler for another one")
    with terminal.errors_as_messages(EnergyError, space.SpaceError, command.ClusterError, *ERRORS):
        command.run(
            terminal.console(),
            space.load(space_path or space.DEFAULT),
            model=model,
            scheduler=scheduler,
            workers=workers,
            output=output,
        )


@click.command()
@click.option("--model", default="vgg16_cifar10", show_default=True, help="Name of a checkpoint in models/.")
@click.option(
    "--config",
    "config_name",
    default=models.DEFAULT_CONFIG,
    show_default=True,
    help="Hardware configuration: a preset or a JSON file.",
)
@click.option(
    "--images",
    "count",
    default=20,
    show_default=True,
    type=click.IntRange(min=1),
    help="Test images for the cycles, rounded up to whole batches.",
)
def bench(model, config_name, count):
    """Measure cycles, speed, time and memory, and write docs/performance.md with its plots."""
    require_packages()
    from firstspike.report.benchmark import benchmark_command as command

    with terminal.errors_as_messages(SimulationError, *ERRORS):
        command.run(terminal.console(), model, config_name, count)
