"""Command line: `firstspike export`, `inspect`, `describe` and `train`."""

import contextlib
import warnings
from pathlib import Path

import click
from rich.progress import Progress
from rich.table import Table

from firstspike.golden import network_file, terminal
from firstspike.golden.config import ConfigurationError, HardwareConfig
from firstspike.golden.datasets import registry
from firstspike.golden.datasets.data_option import data as data_option
from firstspike.golden.datasets.images import ImagesError
from firstspike.golden.files import write_atomically
from firstspike.golden.network import DIRECT, INPUT_CODINGS, NetworkError
from firstspike.golden.schedule import MAX_BATCH
from firstspike.golden.streams import memory_images as images_of_memories
from firstspike.quant import inspection
from firstspike.quant.calibration.images import calibration_images
from firstspike.quant.export import CLASS_DIFFERENCE, ERRORS
from firstspike.quant.export import export as export_network
from firstspike.quant.importers import describing, source

TASKS = ("digits", "cifar10", "cifar100", "tinyimagenet", "small", "synthetic")
TRAINING = Path("build") / "training"
"""Where trained checkpoints, and the states to resume from, go by default."""


@click.group()
def main():
    """Turn trained networks into network files for the processor."""


@main.command()
@click.argument("checkpoint", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Network file to write."
)
@click.option(
    "--config",
    "config_name",
    default="paper",
    show_default=True,
    help="Hardware configuration: a preset or a JSON file.",
)
@click.option("--batch", default=1, show_default=True, type=click.IntRange(1, MAX_BATCH), help="Images of one run.")
@click.option(
    "--architecture",
    type=click.Path(path_type=Path),
    help="JSON file that says what the tensors mean; by default the one beside CHECKPOINT, or its metadata.",
)
@click.option(
    "--input-coding",
    type=click.Choice(INPUT_CODINGS),
    help=f"Spikes of the input pixels; by default as in the architecture ({DIRECT} if it does not say).",
)
@click.option(
    "--calibration",
    metavar="N|FILE.npy",
    help="Round by what the network does with N (up to 1,000) training images of the data set, or with the unlabelled "
    "ones of a file.",
)
@data_option
@click.option(
    "--mean",
    metavar="M,M,...",
    help="The network was trained with (pixel / 256 - mean) / std: a number for each channel, or one for all. Folded into "
    "the first layer, which must not pad.",
)
@click.option("--std", metavar="S,S,...", help="As --mean; by default those of the description, else 1 and the mean 0.")
@click.option(
    "--memory-images",
    type=click.Path(file_okay=False, path_type=Path),
    help="Directory for the network stream as .bin and $readmemh .hex, and its description .json.",
)
def export(
    checkpoint, output, config_name, batch, architecture, input_coding, calibration, data, mean, std, memory_images
):
    """Export the trained network in CHECKPOINT (.safetensors, .pt, .pth, .nir)."""
    inputs = [
        checkpoint,
        checkpoint.with_suffix(".json") if checkpoint.name else None,
        architecture,
        config_name,
        calibration,
    ]
    outputs = [output]
    if memory_images is not None:
        outputs += images_of_memories.paths(memory_images, output.stem)
    _require_other_files(outputs, inputs)
    try:
        config = HardwareConfig.load(config_name)
        trained, described, origin = source.read(checkpoint, architecture)
        images = _calibration_images(trained, described, calibration, data)
        with _calibration_progress(described, images) as on_layer, warnings.catch_warnings(record=True) as warned:
            exported = export_network(
                (trained, described, origin),
                config,
                batch,
                input_coding=input_coding,
                calibration=images,
                normalisation=_normalisation(mean, std, described),
                on_layer=on_layer,
            )
        for path in outputs:  # what cannot be made ends the command before anything is written
            path.parent.mkdir(parents=True, exist_ok=True)
        network_file.save(output, exported)
        if memory_images is not None:
            images_of_memories.write(memory_images, output.stem, exported)
    except (*ERRORS, ConfigurationError, ImagesError) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"cannot write {error.filename}: {error.strerror}") from None
    _print_summary(exported)
    if images is not None:
        terminal.console().print(inspection.calibration(exported.origin["quantisation"]))
        click.echo(
            f"{exported.origin[CLASS_DIFFERENCE]:.1%} of the calibration images are classed otherwise than by the trained "
            f"network"
        )
    for warning in warned:
        click.secho(f"Warning: {warning.message}", fg="yellow", err=True)
    for path in outputs:
        terminal.console().print(f"wrote {path} ({path.stat().st_size:,} bytes)", soft_wrap=True)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
def inspect(file):
    """Print geometry, sizes, sparsity, quantisation error and schedule of the network file FILE."""
    try:
        loaded = network_file.load(file)
    except NetworkError as error:
        raise click.ClickException(str(error)) from None
    _print_summary(loaded)
    for table in inspection.tables(loaded):
        terminal.console().print(table)


@main.command()
@click.argument("module_or_file")
@click.option(
    "--input-shape",
    type=click.IntRange(min=1),
    nargs=3,
    metavar="CHANNELS HEIGHT WIDTH",
    help="Images that a module takes.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File for the description; by default it is printed.",
)
def describe(module_or_file, input_shape, output):
    """Write the description of MODULE_OR_FILE: package.module:attribute, or a checkpoint or NIR file."""
    if output is not None:
        _require_other_files([output], [module_or_file])
    try:
        _, architecture, _ = describing.module_or_file(module_or_file, input_shape)
        document = architecture.model_dump_json(indent=2, exclude_defaults=True) + "\n"
        if output is None:
            click.echo(document, nl=False)
        else:
            write_atomically(output, document.encode())
    except ERRORS as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from None


@main.command()
@click.argument("task", required=False, type=click.Choice(TASKS))
@click.option(
    "--data",
    metavar=registry.METAVAR,
    help=f"{registry.HELP} Of your own, one image of five of each class is held out to test.  [default: TASK]",
)
@click.option(
    "--input-shape",
    type=click.IntRange(min=1),
    nargs=3,
    metavar="CHANNELS HEIGHT WIDTH",
    help="To which the pictures of a folder are resized.  [default: 3 32 32]",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Checkpoint to write.  [default: build/training/DATA.safetensors]",
)
@click.option(
    "--config",
    "config_name",
    default="paper",
    show_default=True,
    help="Hardware configuration, for T and F: a preset or a JSON file.",
)
@click.option("--recipe", type=click.Path(path_type=Path), help="JSON file with fields of the recipe to change.")
@click.option("--clip-epochs", type=click.IntRange(min=0), help="Epochs with clipped activations.")
@click.option("--ttfs-epochs", type=click.IntRange(min=0), help="Epochs with log weights and spike times.")
@click.option("--frozen-epochs", type=click.IntRange(min=0), help="Epochs with all but the biases fixed.")
@click.option("--sop-penalty", type=click.FloatRange(min=0), help="Loss per million synaptic operations an image.")
@click.option("--seed", type=click.IntRange(min=0), help="Seed of weights, order and augmentation.")
@click.option("--teacher", type=click.Path(path_type=Path), help="Checkpoint of a network to learn from.")
@click.option("--device", default="cpu", show_default=True, type=click.Choice(["cpu", "cuda"]))
@click.option(
    "--threads",
    default=1,
    show_default=True,
    type=click.IntRange(min=1),
    help="Threads on the CPU; small networks are fastest with one.",
)
@click.option("--resume", is_flag=True, help="Go on after the last finished epoch.")
def train(task, data, input_shape, output, config_name, recipe, teacher, device, threads, resume, **changes):
    """Train a network for the processor.

    TASK says which network and how: digits; cifar10, cifar100 and tinyimagenet (VGG-16); small, a few convolutions that
    suit the size of the images, which is what images of your own get; or synthetic (a quick trial).
    """
    try:
        from firstspike.quant.training import training_command as command
        from firstspike.quant.training.trainer import TrainingError
    except ImportError as error:
        raise click.ClickException(
            f"training needs the package {error.name}: install firstspike with its extra 'train'"
        ) from None
    try:
        command.run(
            task,
            data,
            input_shape,
            output,
            HardwareConfig.load(config_name),
            {field: value for field, value in changes.items() if value is not None},
            recipe,
            teacher,
            device,
            threads,
            TRAINING,
            resume,
        )
    except (*ERRORS, ConfigurationError, ImagesError, TrainingError) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from None


def _require_other_files(outputs, inputs):
    """Raises click.ClickException if a file would be written over one that is read, or over another one.

    Of `inputs`, what is no file (None, the name of a preset, a number of images) does not count.
    """
    taken = {Path(one).resolve() for one in inputs if one is not None and Path(one).is_file()}
    for output in outputs:
        if output.resolve() in taken:
            raise click.ClickException(
                f"{output} would be written over a file that the command reads or writes already: name another one"
            )
        taken.add(output.resolve())


def _normalisation(mean, std, described):
    """(mean, std) as tuples of a float a channel; None without both. One alone leaves the description's other one."""
    if mean is None and std is None:
        return None
    channels = described.input_shape[0]
    return (
        described.input_mean or (0.0,) * channels if mean is None else _numbers("--mean", mean, channels),
        described.input_std or (1.0,) * channels if std is None else _numbers("--std", std, channels),
    )


def _numbers(option, text, channels):
    try:
        values = [float(one) for one in text.split(",")]
    except ValueError:
        raise click.ClickException(f"{option}: expected numbers separated by commas, got {text!r}") from None
    return tuple(values * channels if len(values) == 1 else values)


def _calibration_images(checkpoint, architecture, calibration, data):
    if calibration is None:
        if data is not None:
            raise click.UsageError("--data is for --calibration: an export needs no other images")
        return None
    last = architecture.layers[-1]
    classes = len(checkpoint.tensor(last.weight, last.name))
    images, where = calibration_images(architecture, classes, calibration, data)
    terminal.console().print(f"calibration images: {where}", soft_wrap=True)
    return images


@contextlib.contextmanager
def _calibration_progress(architecture, images):
    """Function of the number of finished layers; None without calibration."""
    if images is None:
        yield None
        return
    with Progress(transient=True) as progress:
        task = progress.add_task("calibrating layers", total=len(architecture.layers))
        yield lambda layers: progress.update(task, completed=layers)


def _print_summary(loaded):
    grid = Table.grid(padding=(0, 2))
    for what, value in inspection.summary(loaded):
        grid.add_row(what, value)
    terminal.console().print(grid)


if __name__ == "__main__":
    main(prog_name="python -m firstspike.quant")
