"""Command line: `firstspike train`."""

import json

import torch
from pydantic import ValidationError
from rich import box
from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from firstspike.golden import terminal
from firstspike.golden.paths import file_name
from firstspike.quant.training.recipe import Recipe
from firstspike.quant.training.saving import save_checkpoint
from firstspike.quant.training.tasks import choose, untrained
from firstspike.quant.training.train import train
from firstspike.quant.training.trainer import TrainingError


def run(
    task_name, data, input_shape, output, config, changes, recipe_path, teacher, device, threads, directory, resume
):
    """Train a task, print the accuracies and write the checkpoint `output`.

    Parameters
    ----------
    task_name : str or None
    data : str or None
    input_shape : (int, int, int) or None
        As for `quant.training.tasks.choose`.
    output : Path or None
        By default called as the data, in `directory`.
    changes : dict
        Fields of the recipe to change.
    directory : Path
        For the state after every epoch.

    Raises
    ------
    TrainingError, golden.datasets.data_set.ImagesError, quant.export.ERRORS
    """
    console = terminal.console()
    task, images = choose(task_name, data, input_shape)
    recipe = _recipe(task.recipe, recipe_path, changes)
    torch.set_num_threads(threads)
    output = output or directory / f"{file_name(images.name)}.safetensors"
    console.print(
        f"{images.name}: {len(images.labels):,} images to train on, {len(images.test_labels):,} held out to test, "
        f"{len(images.class_names)} classes"
    )
    columns = (
        TextColumn("{task.description}", markup=False),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("epochs", total=recipe.clip_epochs + recipe.ttfs_epochs + recipe.frozen_epochs)

        def on_epoch(epoch):
            progress.update(bar, completed=epoch.index + 1, description=_line(epoch))
            if epoch.index % 10 == 9 or epoch.index + 1 == epoch.epochs:
                progress.console.print(_line(epoch))

        trained = train(
            untrained(task, images, recipe.seed),
            images,
            recipe,
            config,
            device=device,
            teacher=teacher,
            checkpoint=directory / f"{output.stem}.state.pt",
            resume=resume,
            on_epoch=on_epoch,
            name=output.stem,
        )
    save_checkpoint(output, trained.checkpoint, trained.architecture)
    console.print(accuracy_table(trained.accuracies, len(images.test_labels)))
    console.print(f"wrote {output}", soft_wrap=True)


def accuracy_table(accuracies, images):
    """Table of the test accuracy by what computed."""
    table = Table(title=f"Accuracy on {images:,} test images", title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column("computed by")
    table.add_column("accuracy", justify="right")
    for what, accuracy in accuracies.items():
        table.add_row(what, f"{accuracy:.2%}")
    return table


def _recipe(preset, path, changes):
    fields = preset.model_dump()
    try:
        if path is not None:
            fields |= json.loads(path.read_text())
        return Recipe.model_validate(fields | changes)
    except OSError as error:
        raise TrainingError(f"cannot read recipe {path}: {error.strerror}") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise TrainingError(f"recipe: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    except (ValueError, TypeError) as error:
        raise TrainingError(f"recipe {path} is not a JSON object: {error}") from None


def _line(epoch):
    return (
        f"epoch {epoch.index + 1} of {epoch.epochs}, {epoch.stage}: loss {epoch.loss:.4f}, "
        f"{epoch.sops / 1e6:.3f} M SOPs, test accuracy {epoch.test_accuracy:.2%}"
    )
