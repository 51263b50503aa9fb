"""From an untrained PyTorch module to a checkpoint whose export computes exactly what the training graph computes."""

from dataclasses import dataclass

import numpy as np
import torch

from firstspike.golden.config import PRESETS
from firstspike.golden.evaluators import fast
from firstspike.golden.network import DIRECT, Network
from firstspike.quant.importers import source
from firstspike.quant.importers.architecture import Architecture
from firstspike.quant.importers.checkpoint import Checkpoint
from firstspike.quant.importers.importer import import_network, trained_layers
from firstspike.quant.training.saving import checkpoint_of
from firstspike.quant.training.spiking_layer import CLIP, FROZEN, TTFS
from firstspike.quant.training.spiking_network import SpikingNetwork
from firstspike.quant.training.trainer import EVALUATION_BATCH, Trainer, TrainingError


@dataclass(frozen=True, eq=False)
class Trained:
    """A trained network.

    Attributes
    ----------
    checkpoint : Checkpoint
    architecture : Architecture
    network : Network
        What the checkpoint is exported as.
    history : list of Epoch
    accuracies : dict of str to float
        Of the test images, by what computed: "float" (end of the clip stage), "quantised" (end of the TTFS stage),
        "frozen graph" and "integer golden model"; the last two are equal, image by image.
    """

    checkpoint: Checkpoint
    architecture: Architecture
    network: Network
    history: list
    accuracies: dict


def train(
    module,
    data,
    recipe,
    config=PRESETS["paper"],
    *,
    name=None,
    input_coding=DIRECT,
    device="cpu",
    teacher=None,
    checkpoint=None,
    resume=False,
    on_epoch=None,
):
    """Train a module for the processor.

    Parameters
    ----------
    module : torch.nn.Module
        As `quant.importers.pytorch.describe` takes it. Batch norms of its own are folded at the start; fresh ones are added in
        the clip stage.
    data : TrainingData
    recipe : Recipe
    config : golden.config.HardwareConfig
        Gives T and F.
    name : str, optional
        By default that of the data.
    input_coding : str
        "direct" or "ttfs".
    device : str
        "cpu" or "cuda".
    teacher : path, optional
        Checkpoint of a network whose logits are learnt as well.
    checkpoint : path, optional
        Written after every epoch; `resume` goes on from there.
    on_epoch : function of Epoch, optional

    Returns
    -------
    Trained

    Raises
    ------
    TrainingError
        The training cannot start or resume, or its result differs from the golden model.
    quant.export.ERRORS
        The module or the teacher cannot be represented.
    """
    if device != "cpu" and not torch.cuda.is_available():
        raise TrainingError(f"there is no device {device} here; use cpu")
    trained, described, _ = source.read(module, input_shape=data.input_shape)
    # One seed decides everything: the initial weights are those of the module, which its maker drew.
    network = SpikingNetwork(trained_layers(trained, described), input_coding, config, recipe.clip_epochs > 0)
    classes = len(network.layers[-1].bias)
    if classes != len(data.class_names):
        raise TrainingError(
            f"the module has {classes} outputs, but the data set {data.name} has {len(data.class_names)} classes"
        )
    taught_by = teacher and load_teacher(teacher, data, config, device)
    trainer = Trainer(network, data, recipe, device, taught_by, checkpoint)
    if resume:
        trainer.resume()
    history = trainer.run(on_epoch)
    network.enter(FROZEN)
    accuracies = {
        title: [epoch.test_accuracy for epoch in history if epoch.stage == stage][-1]
        for title, stage in (("float", CLIP), ("quantised", TTFS))
        if any(epoch.stage == stage for epoch in history)
    }
    saved, architecture = checkpoint_of(network, name or data.name, data)
    integers, _ = import_network(saved, architecture, config)
    threads = torch.get_num_threads()
    graph_classes, golden_classes = _compare(network, integers, data.test_pixels, device)
    # numba shares OpenMP with PyTorch and leaves all cores on; sums in another order would end another training
    # differently.
    torch.set_num_threads(threads)
    accuracies["frozen graph"] = float((graph_classes == data.test_labels).mean())
    accuracies["integer golden model"] = float((golden_classes == data.test_labels).mean())
    return Trained(saved, architecture, integers, history, accuracies)


def load_teacher(path, data, config, device):
    """A trained network for the classes of `data` as a function of uint8 images that yields logits.

    Raises
    ------
    TrainingError
        It is a network for other images or classes.
    """
    trained, described, _ = source.read(path)
    network = SpikingNetwork(trained_layers(trained, described), described.input_coding, config, batch_norm=False)
    theirs, ours = described.class_names or tuple(data.class_names), tuple(data.class_names)
    if (tuple(described.input_shape), len(network.layers[-1].bias), theirs) != (data.input_shape, len(ours), ours):
        raise TrainingError(
            f"the teacher {path} is no network for the data set {data.name}: expected images of {data.input_shape} and "
            f"the classes {', '.join(ours)}, got {tuple(described.input_shape)}, {len(network.layers[-1].bias)} "
            f"outputs and {', '.join(described.class_names) or 'no class names'}"
        )
    network.stage = CLIP
    return network.to(device).eval()


def _compare(network, integers, pixels, device):
    """Classes by the frozen graph and by the golden model, after comparing every spike and potential.

    Raises
    ------
    TrainingError
        One of them differs.
    """
    network.eval()
    graph_classes, golden_classes = [], []
    evaluator = fast.Evaluator(integers)
    for first in range(0, len(pixels), EVALUATION_BATCH):
        part = pixels[first : first + EVALUATION_BATCH]
        with torch.no_grad():
            spikes, potentials, logits = network.evaluate_exactly(torch.from_numpy(part).to(device))
        expected = evaluator.run(part)
        for layer, graph, golden in zip(
            integers.layers, (*spikes, potentials), (*expected.spikes, expected.potentials), strict=True
        ):
            if not np.array_equal(graph.cpu().numpy(), golden):
                raise TrainingError(f"layer {layer.name}: the training graph and the golden model differ")
        graph_classes.append(logits.argmax(1).cpu().numpy())
        golden_classes.append(expected.classes(integers))
    return np.concatenate(graph_classes), np.concatenate(golden_classes)
