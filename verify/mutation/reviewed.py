"""Survivors that a person has looked at, each with the reason why no test can, or need, notice it."""

from pathlib import Path
from typing import Literal

from firstspike.golden.errors import SimulationError
from firstspike.verify import yaml_entries

FILE = Path(__file__).parent / "survivors.yaml"


class Review(yaml_entries.Entry):
    """What was found about some survivors, and the reason.

    `equivalent`: no input can tell them from the original. `unobserved`: it is a difference, but none that is promised,
    or none that a network or a run of feasible size shows.
    """

    mutants: tuple[str, ...]
    verdict: Literal["equivalent", "unobserved"]
    reason: str


def load(path=FILE):
    """{mutant's name: Review}.

    Raises
    ------
    SimulationError
        An entry lacks a field or has an unknown verdict, or a mutant stands there twice.
    """
    found = {}
    for review in yaml_entries.load(path, Review, "reviews"):
        for name in review.mutants:
            if name in found:
                raise SimulationError(f"{path.name}: {name} stands there twice")
            found[name] = review
    return found
