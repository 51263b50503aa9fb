"""What `firstspike train` trains: data, untrained module and recipe by name."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch

from firstspike.golden.datasets import registry
from firstspike.golden.datasets.data_set import times
from firstspike.quant.training import modules
from firstspike.quant.training.data import TrainingData, synthetic, training_data
from firstspike.quant.training.recipe import Recipe
from firstspike.quant.training.trainer import TrainingError


@dataclass(frozen=True)
class Task:
    """A network and how it is trained.

    Attributes
    ----------
    module : function of the input shape and the number of classes
        Yields an untrained torch.nn.Module.
    recipe : Recipe
    """

    module: Callable
    recipe: Recipe


VGG16 = Task(
    modules.vgg16,
    Recipe(
        clip_epochs=200,
        ttfs_epochs=60,
        frozen_epochs=1,
        batch_size=128,
        weight_decay=0.02,
        label_smoothing=0.1,
        augmentation="crop_flip",
    ),
)
SMALL = "small"
SYNTHETIC = "synthetic"
TASKS = {
    "digits": Task(modules.digits, Recipe(augmentation="shift")),
    "cifar10": VGG16,
    "cifar100": VGG16,
    "tinyimagenet": VGG16,
    # Images of the user's.
    SMALL: Task(modules.small, Recipe(batch_size=32, augmentation="shift")),
    # The path of `cifar10` in seconds on a CPU: a narrow VGG on images of noise.
    SYNTHETIC: Task(
        partial(modules.vgg16, channels=(8, "pool", 12, "pool", 16, "pool", 16, "pool", 16, "pool"), hidden=24),
        Recipe(clip_epochs=8, ttfs_epochs=2, frozen_epochs=1, batch_size=20, augmentation="crop_flip"),
    ),
}
FOLDER_SHAPE = (3, 32, 32)
"""To which the pictures of a folder are resized where nothing else is asked for."""


def choose(name, data, input_shape=None):
    """The task and the images that a user asked for.

    Parameters
    ----------
    name : str or None
        In `TASKS`; by default the one called as the data, or else `SMALL`.
    data : str, path or None
        As for `golden.datasets.registry.find`; by default what the task is called.
    input_shape : (int, int, int), optional
        For the pictures of a folder.

    Returns
    -------
    (Task, TrainingData)

    Raises
    ------
    TrainingError
        Neither is given, or `input_shape` is another one than that of the images.
    golden.datasets.data_set.ImagesError
        The images cannot be had.
    """
    if name is None and data is None:
        raise TrainingError(f"expected a task ({', '.join(TASKS)}) or --data {registry.METAVAR}")
    if data is None and name == SYNTHETIC:
        return TASKS[name], synthetic((3, 32, 32), 4, 200)
    if data is None and name not in registry.KNOWN:
        raise TrainingError(f"the task {name} has no images of its own: name them with --data {registry.METAVAR}")
    found = registry.find(name if data is None else data, input_shape or FOLDER_SHAPE)
    if input_shape not in (None, found.shape):
        raise TrainingError(
            f"the images of {found.title} are {times(found.shape)} (channels x height x width), so the input shape "
            f"cannot be {times(input_shape)}: only the pictures of a folder are resized"
        )
    return TASKS[name or (found.name if found in registry.KNOWN.values() else SMALL)], training_data(found)


def untrained(task: Task, data: TrainingData, seed: int) -> torch.nn.Module:
    """The task's module for the data; `seed` decides its weights."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return task.module(input_shape=data.input_shape, classes=len(data.class_names))
