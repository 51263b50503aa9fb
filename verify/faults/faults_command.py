"""The command `firstspike verify faults`."""

import click
from rich.console import Console

from firstspike.golden.config import ConfigurationError
from firstspike.golden.datasets.images import ImagesError
from firstspike.golden.errors import SimulationError
from firstspike.golden.evaluators.evaluation import InputError
from firstspike.quant.export import ERRORS as EXPORT_ERRORS
from firstspike.report.report_commands import require_packages

ERRORS = (ConfigurationError, InputError, ImagesError, *EXPORT_ERRORS)


@click.command()
@click.option(
    "--vgg16-images",
    default=200,
    show_default=True,
    type=click.IntRange(min=0),
    help="CIFAR-10 test images to classify with faults; 0: leave the statistics of VGG-16 out.",
)
@click.option(
    "--digits-images",
    default=360,
    show_default=True,
    type=click.IntRange(0, 360),
    help="The same for the handwritten digits.",
)
@click.option("--seeds", default=3, show_default=True, type=click.IntRange(min=1), help="Fault patterns of each point.")
@click.option("--rtl/--no-rtl", default=True, show_default=True, help="Compare RTL and golden model with faults.")
def faults(vgg16_images, digits_images, seeds, rtl):
    """Flip bits in memories and streams: accuracy against bit-error rate, spot checks over the RTL, protection.

    What is finished is kept in build/faults; an interrupted campaign goes on where it stopped.
    """
    require_packages()
    from firstspike.verify.faults import faults_run as command

    counts = {"digits": digits_images, "vgg16_cifar10": vgg16_images}
    console = Console(highlight=False)
    try:
        written = command.run(console, {model: count for model, count in counts.items() if count}, seeds, rtl)
    except (SimulationError, *ERRORS) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from None
    for path in written:
        console.print(path, soft_wrap=True)
