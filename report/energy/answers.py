"""What the network answered: logits of every image, and accuracy and confusions by class."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from firstspike.golden import formats
from firstspike.golden.codes import potentials as potentials_code
from firstspike.golden.network import Network

MOST_CONFUSIONS = 20
"""Pairs of classes that are listed where there are too many classes for a matrix."""


def logits(network: Network, potentials: NDArray[np.int64]) -> list[list[float]]:
    """Potentials (N, classes) of the output layer as logits; their order is that of the exact integers that decide.

    They are in the unit of the channel with the smallest offset j: multiplied by 2^(j/4 - F).
    """
    offsets = network.layers[-1].offsets
    exponent = int(offsets.min()) / formats.TICKS_PER_OCTAVE - network.fraction_bits
    scale = 2.0**exponent / potentials_code.LOGIT_TABLE[0]
    return [[int(one) * scale for one in row] for row in potentials_code.integer_logits(potentials, offsets)]


def by_class(names: tuple[str, ...], images: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row a class: its images, how many are right, and what the network answered; empty without labels."""
    if any(image["label"] is None for image in images):
        return []
    answers: dict[str, dict[str, int]] = {name: {} for name in names}
    for image in images:
        found = answers[image["label"]]
        found[image["class"]] = found.get(image["class"], 0) + 1
    return [
        {
            "class": name,
            "images": sum(found.values()),
            "correct": found.get(name, 0),
            "accuracy": found.get(name, 0) / sum(found.values()) if found else None,
            "answers": {answer: found[answer] for answer in names if answer in found},
        }
        for name, found in answers.items()
    ]


def confusions(classes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Pairs of a label and a wrong answer with their images, the most frequent first."""
    pairs = [
        {"label": row["class"], "class": answer, "images": count}
        for row in classes
        for answer, count in row["answers"].items()
        if answer != row["class"]
    ]
    return sorted(pairs, key=lambda pair: -pair["images"])
