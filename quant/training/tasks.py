"""What `firstspike train` trains: data, untrained module and recipe by name."""

from collections.abc import Callable
from dataclasses import dataclass

import torch

from firstspike.quant.training import modules
from firstspike.quant.training.cifar10_task import load_cifar10
from firstspike.quant.training.data import load_digits, synthetic
from firstspike.quant.training.recipe import Recipe


@dataclass(frozen=True)
class Task:
    """Data, module and recipe.

    Attributes
    ----------
    load : function without arguments
        Yields TrainingData.
    module : function without arguments
        Yields an untrained torch.nn.Module.
    recipe : Recipe
    """

    load: Callable
    module: Callable
    recipe: Recipe


def _small_vgg16():
    return modules.vgg16(channels=(8, "pool", 12, "pool", 16, "pool", 16, "pool", 16, "pool"), hidden=24, classes=4)


TASKS = {
    "digits": Task(load_digits, modules.digits, Recipe(augmentation="shift")),
    "cifar10": Task(
        load_cifar10,
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
    ),
    # The path of `cifar10` in seconds on a CPU: a narrow VGG on images of noise.
    "synthetic": Task(
        lambda: synthetic((3, 32, 32), 4, 200),
        _small_vgg16,
        Recipe(clip_epochs=8, ttfs_epochs=2, frozen_epochs=1, batch_size=20, augmentation="crop_flip"),
    ),
}


def untrained(task, seed):
    """The task's module; `seed` decides its weights."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return task.module()
