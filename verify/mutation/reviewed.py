"""Survivors that a person has looked at, each with the reason why no test can, or need, notice it."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from firstspike.golden.errors import SimulationError

FILE = Path(__file__).parent / "survivors.yaml"
VERDICTS = ("equivalent", "unobserved")
"""`equivalent`: no input can tell it from the original. `unobserved`: it is a difference, but none that is promised, or
none that a network or a run of feasible size shows."""


@dataclass(frozen=True)
class Review:
    """What was found about one survivor: a verdict of `VERDICTS` and the reason."""

    verdict: str
    reason: str


def load(path=FILE):
    """{mutant's name: Review}.

    Raises
    ------
    SimulationError
        An entry lacks a field or has an unknown verdict, or a mutant stands there twice.
    """
    found = {}
    for entry in yaml.safe_load(path.read_text()) or []:
        if set(entry) != {"mutants", "verdict", "reason"} or entry["verdict"] not in VERDICTS:
            raise SimulationError(
                f"{path.name}: expected the fields mutants, verdict ({' or '.join(VERDICTS)}) and reason, got {entry}"
            )
        for name in entry["mutants"]:
            if name in found:
                raise SimulationError(f"{path.name}: {name} stands there twice")
            found[name] = Review(entry["verdict"], entry["reason"])
    return found
