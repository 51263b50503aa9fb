"""The training loop: stages, loss, learning rate, checkpoints."""

import math
import os
from dataclasses import dataclass
from pathlib import Path

import torch
from torch.nn import functional

from firstspike.quant.training.augmentation import augment
from firstspike.quant.training.spiking_layer import CLIP

EVALUATION_BATCH = 500


class TrainingError(ValueError):
    """A training that cannot start or go on."""


@dataclass(frozen=True)
class Epoch:
    """What one epoch showed.

    Attributes
    ----------
    index, epochs : int
        Counted over all stages.
    stage : str
    loss : float
        Mean over the epoch.
    sops : float
        Mean synaptic operations per image, without the input layer's.
    test_accuracy : float
    """

    index: int
    epochs: int
    stage: str
    loss: float
    sops: float
    test_accuracy: float


class Trainer:
    """Trains a network by a recipe.

    Parameters
    ----------
    network : SpikingNetwork
    data : TrainingData
    recipe : Recipe
    device : str
        "cpu" or "cuda".
    teacher : function of uint8 images, optional
        Yields logits.
    checkpoint : path, optional
        Written after every epoch.
    """

    def __init__(self, network, data, recipe, device="cpu", teacher=None, checkpoint=None):
        self.network, self.data, self.recipe, self.device = network.to(device), data, recipe, torch.device(device)
        self._teacher = teacher
        self._checkpoint = Path(checkpoint) if checkpoint else None
        self._pixels, self._labels = (torch.from_numpy(array).to(device) for array in (data.pixels, data.labels))
        self._test = tuple(torch.from_numpy(array).to(device) for array in (data.test_pixels, data.test_labels))
        self._plan = [(stage, epoch, count, rate) for stage, count, rate in recipe.stages() for epoch in range(count)]
        self._optimiser = None
        self.history = []

    def resume(self):
        """Go on after the last epoch in the checkpoint.

        Raises
        ------
        TrainingError
            There is none, or it belongs to another recipe or network.
        """
        if self._checkpoint is None or not self._checkpoint.is_file():
            raise TrainingError(f"nothing to resume: there is no {self._checkpoint}")
        state = torch.load(self._checkpoint, map_location=self.device, weights_only=True)
        if state["recipe"] != self.recipe.model_dump():
            raise TrainingError(f"{self._checkpoint} was trained by another recipe")
        self.history = [Epoch(**epoch) for epoch in state["history"]]
        self._enter(state["stage"])
        try:
            self.network.load_state_dict(state["network"])
        except RuntimeError:
            raise TrainingError(f"{self._checkpoint} is of another network") from None
        self._optimiser.load_state_dict(state["optimiser"])

    def run(self, on_epoch=None):
        """Train to the end; `on_epoch` is called with each Epoch.

        Returns
        -------
        list of Epoch
            Also those of before a resumption.
        """
        for index in range(len(self.history), len(self._plan)):
            stage, epoch, count, rate = self._plan[index]
            if stage != self.network.stage or self._optimiser is None:
                self._enter(stage)
            loss, sops = self._epoch(index, epoch, count, rate)
            self.history.append(Epoch(index, len(self._plan), stage, loss, sops, self.test_accuracy()))
            self._save()
            if on_epoch is not None:
                on_epoch(self.history[-1])
        return self.history

    def test_accuracy(self):
        """Share of the test images whose class the network finds, at its present stage."""
        return accuracy(self.network, *self._test)

    def _enter(self, stage):
        self.network.enter(stage)
        trained = [parameter for parameter in self.network.parameters() if parameter.requires_grad]
        self._optimiser = torch.optim.AdamW(trained, weight_decay=self.recipe.weight_decay if stage == CLIP else 0.0)

    def _epoch(self, index, epoch, count, rate):
        recipe, generator = self.recipe, torch.Generator().manual_seed(self.recipe.seed * 100_003 + index)
        order = torch.randperm(len(self._labels), generator=generator).to(self.device)
        # Never a batch of one image, of which a batch norm knows no variance.
        batches = [batch for batch in order.split(recipe.batch_size) if len(batch) > 1]
        loss_sum = sops_sum = 0.0
        self.network.train()
        for step, batch in enumerate(batches):
            progress = (epoch + step / len(batches)) / count
            for group in self._optimiser.param_groups:
                group["lr"] = rate * (1 + math.cos(math.pi * progress)) / 2
            pixels = augment(self._pixels[batch], recipe.augmentation, generator)
            loss, sops = self._loss(pixels, self._labels[batch])
            self._optimiser.zero_grad()
            loss.backward()
            self._optimiser.step()
            loss_sum, sops_sum = loss_sum + loss.item(), sops_sum + sops.item()
        return loss_sum / len(batches), sops_sum / len(batches)

    def _loss(self, pixels, labels):
        recipe = self.recipe
        logits = self.network(pixels)
        loss = functional.cross_entropy(logits, labels, label_smoothing=recipe.label_smoothing)
        if self._teacher is not None:
            with torch.no_grad():
                taught = functional.log_softmax(self._teacher(pixels).to(logits) / recipe.temperature, dim=1)
            learnt = functional.log_softmax(logits / recipe.temperature, dim=1)
            distance = functional.kl_div(learnt, taught, reduction="batchmean", log_target=True)
            loss = (1 - recipe.teacher_weight) * loss + recipe.teacher_weight * recipe.temperature**2 * distance
        sops = self.network.expected_sops(pixels.shape[2:])
        return loss + recipe.sop_penalty * sops / 1e6, sops

    def _save(self):
        if self._checkpoint is None:
            return
        self._checkpoint.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(f"{self._checkpoint}.part")
        torch.save(
            {
                "recipe": self.recipe.model_dump(),
                "history": [vars(epoch) for epoch in self.history],
                "stage": self.network.stage,
                "network": self.network.state_dict(),
                "optimiser": self._optimiser.state_dict(),
            },
            temporary,
        )
        os.replace(temporary, self._checkpoint)


def accuracy(network, pixels, labels):
    """Share of uint8 images whose class has the largest logit."""
    network.eval()
    with torch.no_grad():
        correct = sum(
            int(
                (
                    network(pixels[first : first + EVALUATION_BATCH]).argmax(1)
                    == labels[first : first + EVALUATION_BATCH]
                ).sum()
            )
            for first in range(0, len(labels), EVALUATION_BATCH)
        )
    return correct / len(labels)
