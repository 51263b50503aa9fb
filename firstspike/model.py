"""A trained model, and what it becomes for one configuration of the processor."""

from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np

from firstspike import sim
from firstspike.golden import network_file as files
from firstspike.golden.config import HardwareConfig
from firstspike.golden.datasets import images as image_sources
from firstspike.golden.datasets.images import Images
from firstspike.golden.evaluators import fast
from firstspike.golden.evaluators.evaluation import Evaluation
from firstspike.golden.network_file import NetworkFile
from firstspike.quant import models
from firstspike.quant.calibration.images import calibration_images
from firstspike.quant.export import export
from firstspike.quant.importers.source import read

if TYPE_CHECKING:  # none of them is needed to export and evaluate a checkpoint
    import nir
    import torch

    from firstspike.sim.simulate import SimulationResult


@dataclass(frozen=True, eq=False, repr=False)
class ExportedModel:
    """A model for one configuration and batch, ready for the golden model and for the RTL.

    Attributes
    ----------
    network_file : golden.network_file.NetworkFile
        Network, schedule, and the stream that the processor reads.
    """

    network_file: NetworkFile

    def __repr__(self) -> str:
        schedule = self.network_file.schedule
        return f"<{self.network_file.network.name} for {schedule.config.name}, batch {schedule.batch}>"

    def save(self, path: str | PathLike) -> None:
        """Write the network file, which `firstspike sim --model` takes if its name ends in `.firstspike`.

        Parameters
        ----------
        path : path
        """
        files.save(path, self.network_file)

    def images(self, count: int | None = None, data: str | PathLike | None = None) -> Images:
        """Labelled images for the network.

        Parameters
        ----------
        count : int, optional
            By default as many as `firstspike sim` takes.
        data : str or path, optional
            A name (digits, cifar10, cifar100, tinyimagenet), a file `.npz` or an image folder, as `--data` of the
            commands; by default the data set that the network was trained for.

        Returns
        -------
        golden.datasets.images.Images

        Raises
        ------
        golden.datasets.images.ImagesError
            There are no such images, or they do not suit the network.
        """
        return image_sources.for_network(self.network_file.network, count, self.network_file.schedule.batch, data)

    def evaluate(self, images: np.ndarray | Images) -> Evaluation:
        """What the processor computes for the images, bit for bit, by the golden model.

        Parameters
        ----------
        images : uint8 array (N, channels, height, width), or Images

        Returns
        -------
        golden.evaluators.evaluation.Evaluation

        Raises
        ------
        golden.evaluators.evaluation.InputError
            The images do not suit the network.
        """
        return self._evaluator.run(_pixels(images))

    def classify(self, images: np.ndarray | Images) -> np.ndarray:
        """Classes of the images, by the golden model.

        Parameters
        ----------
        images : uint8 array (N, channels, height, width), or Images

        Returns
        -------
        int64 array (N,)

        Raises
        ------
        golden.evaluators.evaluation.InputError
            The images do not suit the network.
        """
        return self.evaluate(images).classes(self.network_file.network)

    def simulate(self, images: np.ndarray | Images, **options: Any) -> "SimulationResult":
        """Run the images through the RTL, cycle by cycle, and compare everything with the golden model.

        Parameters
        ----------
        images : uint8 array (N, channels, height, width), or Images
            N is a multiple of the batch.
        **options
            Those of `sim.simulate.run`: stall, seed, waves, on_progress and others.

        Returns
        -------
        sim.simulate.SimulationResult

        Raises
        ------
        golden.evaluators.evaluation.InputError
            The images do not suit network or batch.
        golden.errors.SimulationError
            The simulation cannot be built or run.
        """
        return sim.run(self.network_file, _pixels(images), **options)

    @cached_property
    def _evaluator(self) -> fast.Evaluator:
        return fast.Evaluator(self.network_file.network)


class Model:
    """A trained network before it is rounded and scheduled; `Model.load` makes one.

    Parameters
    ----------
    source : (Checkpoint, Architecture, dict)
        What `quant.importers.source.read` returned.
    """

    def __init__(self, source: tuple):
        self._source = source

    @classmethod
    def load(
        cls,
        source: "str | PathLike | torch.nn.Module | nir.NIRGraph",
        architecture_path: str | PathLike | None = None,
        input_shape: tuple[int, int, int] | None = None,
    ) -> "Model":
        """Read a trained network.

        Parameters
        ----------
        source : str, path, torch.nn.Module or nir.NIRGraph
            Name of a checkpoint in `models/`, path of a file `.safetensors`, `.pt`, `.pth` or `.nir`, or a module.
        architecture_path : path, optional
            JSON file that says what the tensors mean; by default the file beside the checkpoint, or its metadata.
        input_shape : (int, int, int), optional
            Channels, height, width of the images; a PyTorch module needs it.

        Returns
        -------
        Model

        Raises
        ------
        quant.export.ERRORS
            There is no such checkpoint, or it is none that can be exported.
        """
        if isinstance(source, (str, PathLike)):
            source = models.checkpoint_path(source)
        return cls(read(source, architecture_path, input_shape))

    def export(
        self,
        config: HardwareConfig | str = models.DEFAULT_CONFIG,
        batch: int = 1,
        calibration: np.ndarray | int | None = None,
        input_coding: str | None = None,
        data: str | PathLike | None = None,
    ) -> ExportedModel:
        """Round and schedule the network for one configuration of the processor.

        Parameters
        ----------
        config : golden.config.HardwareConfig or str
            A string is the name of a preset, or the path of a JSON file.
        batch : int
            Images of one run, 1..16.
        calibration : uint8 array (N, channels, height, width) or int, optional
            Up to 1,000 unlabelled images that decide how the numbers are rounded; a number means so many training images
            of `data`.
        input_coding : str, optional
            "direct" or "ttfs", instead of the model's own.
        data : str or path, optional
            Data set of the calibration images, as for `ExportedModel.images`; by default the one that the model was trained
            for.

        Returns
        -------
        ExportedModel

        Raises
        ------
        quant.export.ERRORS
            The network does not fit; the message says what was expected and what was found.
        golden.config.ConfigurationError
            There is no such configuration.
        """
        if isinstance(calibration, int):
            trained, described, _ = self._source
            last = described.layers[-1]
            classes = len(trained.tensor(last.weight, last.name))
            images, _ = calibration_images(described, classes, str(calibration), data)
        else:
            images = calibration
        return ExportedModel(export(self._source, config, batch, calibration=images, input_coding=input_coding))


def _pixels(images: np.ndarray | Images) -> np.ndarray:
    return images.pixels if isinstance(images, Images) else images
