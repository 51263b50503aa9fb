"""Class, cycles and accuracy so far, printed as soon as a run has ended."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from firstspike.golden.counting.fields import Field
from firstspike.golden.network import Network
from firstspike.golden.streams.result import RunResult
from firstspike.sim.simulate import classes

IMAGE = (
    Field("image", "", "index of the image"),
    Field("label", "", "its class by the data set; null if unknown"),
    Field("class", "", "its class by the potentials"),
    Field("potentials", "2^-F", "membrane potentials of the output layer"),
)
"""Fields of `rows`."""


def rows(
    names: Sequence[str], labels: NDArray[np.int64] | None, classes: NDArray[np.int64], potentials: NDArray[np.int64]
) -> list[dict[str, Any]]:
    """One dict an image, see `IMAGE`; there may be more labels than images."""
    return [
        {
            "image": index,
            "label": None if labels is None else names[labels[index]],
            "class": names[label],
            "potentials": values.tolist(),
        }
        for index, (label, values) in enumerate(zip(classes, potentials))
    ]


def class_names(network: Network) -> tuple[str, ...]:
    """The network's class names, or numbers where it has none."""
    return network.class_names or tuple(map(str, range(network.layers[-1].out_channels)))


FIRST = 20
"""Images that are all printed; of the later ones only those that are wrong, so that the table does not scroll away."""


class Outcome:
    """Prints one line per image, of the images after the first `FIRST` only where the class is wrong.

    Parameters
    ----------
    console : rich.console.Console
    network : Network
    labels : int array (N,) or None
        Classes of the images by the data set.
    """

    def __init__(self, console: Console, network: Network, labels: NDArray[np.int64] | None) -> None:
        self._console = console
        self._network = network
        self._labels = labels
        self._runs = self._images = self._correct = 0

    def update(self, runs: list[RunResult]) -> None:
        """Print the images of the runs that are new in `runs`, a list of all `results.RunResult` so far."""
        for run in runs[self._runs :]:
            for predicted in classes(self._network, run.potentials):
                self._print(run, predicted)
        self._runs = len(runs)

    def _print(self, run: RunResult, predicted: int) -> None:
        names = class_names(self._network)
        shared = f" for the {len(run.potentials)} images of the run" if len(run.potentials) > 1 else ""
        line = f"image {self._images}: {names[predicted]}"
        if self._labels is not None:
            label = self._labels[self._images]
            self._correct += int(predicted == label)
            line += " (correct)" if predicted == label else f" (wrong, it is {names[label]})"
        self._images += 1
        hidden = self._images > FIRST and (self._labels is None or predicted == label)
        line += f", {run.cycles:,} cycles{shared}"
        if self._labels is not None:
            line += f", accuracy so far {self._correct / self._images:.0%} ({self._correct} of {self._images})"
        if not hidden:
            self._console.print(line, soft_wrap=True)
        if self._images == FIRST and self._labels is not None and len(self._labels) > FIRST:
            self._console.print(f"of the other {len(self._labels) - FIRST} images those that are wrong:")
