"""docs/figures.json: what the presets cost in area and cycles, and whether that has become worse."""

import json
from dataclasses import dataclass
from typing import Any

from firstspike.golden import cycle_model
from firstspike.golden.config import PRESETS
from firstspike.golden.counting.fields import Field, explained
from firstspike.golden.datasets import images
from firstspike.golden.evaluators import fast
from firstspike.golden.files import write_atomically
from firstspike.golden.paths import ROOT
from firstspike.quant import models
from firstspike.report.benchmark import processor_runs
from firstspike.report.figures.area import area
from firstspike.report.machine import machine

FILE = ROOT / "docs" / "figures.json"

Figures = dict[str, dict[str, int]]
"""Figure -> what it was measured on -> value."""

CYCLES = (*(("digits", config) for config in PRESETS), ("vgg16_cifar10", "paper"))
"""Models and the presets that they are counted on."""

IMAGES = {"digits": 10, "vgg16_cifar10": 1}
"""Counted by model."""

SPEED = (("digits", "tiny"),)
SPEED_REPEATS = 3

FIGURES = (
    Field("cycles", "cycles", "of 10 handwritten digits or 1 sample picture, batch 1, by the cycle model"),
    Field("register_bits", "bits", "flip-flops of the processor before any synthesis"),
    Field("memory_bits", "bits", "words times width of all memories"),
    Field(
        "operator_bits",
        "bits",
        "outputs of all operators and bits of all assignments in processes before any synthesis: it grows with "
        "the logic, but it is not a number of gates",
    ),
    Field("speed", "cycles/s", "of the RTL simulation of one image, on the machine named below"),
)

TOLERANCES = {"cycles": 0.0, "register_bits": 0.0, "memory_bits": 0.0, "operator_bits": 0.01, "speed": 0.5}
"""Share by which a figure may become worse unnoticed. Machines are noisy, and this one is not the next one."""

MORE_IS_BETTER = {"speed"}

DOCUMENT = (
    Field("tolerances", "", "share by which a figure may become worse before the check fails"),
    Field("figures", "", "figure -> what it was measured on -> value"),
    Field("machine", "", "where `speed` was measured; nothing else depends on it"),
)

RENEW = "`make figures` renews docs/figures.json; the commit says why"


@dataclass(frozen=True)
class Difference:
    """A figure that is not the tracked one.

    Attributes
    ----------
    figure, subject : str
        What was measured, and on what.
    tracked, found : int or float, or None
        None: it is missing there.
    tolerance : float
    """

    figure: str
    subject: str
    tracked: float | None
    found: float | None
    tolerance: float

    @property
    def is_worse(self) -> bool:
        """Whether the check fails: by more than the tolerance, or because a figure is missing."""
        if self.tracked is None or self.found is None:
            return True
        if self.figure in MORE_IS_BETTER:
            return self.found < self.tracked * (1 - self.tolerance)
        return self.found > self.tracked * (1 + self.tolerance)

    def __str__(self) -> str:
        shown = ("missing" if value is None else f"{value:,.0f}" for value in (self.tracked, self.found))
        change = f" ({self.found / self.tracked - 1:+.2%})" if self.tracked and self.found else ""
        return f"{self.figure} of {self.subject}: tracked {next(shown)}, found {next(shown)}{change}"


def cycles(model: str, config_name: str) -> int:
    """Cycles by the cycle model for the same images on every machine."""
    network_file = models.load(model, config_name, 1)
    network, schedule = network_file.network, network_file.schedule
    shipped = images.data_set_of(network).shipped
    assert shipped is not None, f"{model} belongs to images that are not the same on every machine"
    pixels = shipped(IMAGES[model]).pixels
    predictions = cycle_model.predict(network, schedule, pixels, fast.run(network, pixels))
    return sum(prediction.cycles for prediction in predictions)


def measured() -> Figures:
    """Figure -> subject -> value, of everything that is the same on every machine."""
    areas = {name: area(config) for name, config in PRESETS.items()}
    return {
        "cycles": {_on(*subject): cycles(*subject) for subject in CYCLES},
        **{
            figure: {name: counted[figure] for name, counted in areas.items()}
            for figure in ("register_bits", "memory_bits", "operator_bits")
        },
    }


def measured_speed() -> Figures:
    """As `measured`, of the speed of the simulation on this machine (minutes the first time)."""
    return {
        "speed": {_on(*subject): round(processor_runs.speed(*subject, SPEED_REPEATS)["median"]) for subject in SPEED}
    }


def _on(model: str, config_name: str) -> str:
    return f"{model} on {config_name}"


def read() -> dict[str, Any]:
    """The tracked document.

    Raises
    ------
    OSError
        It cannot be read.
    """
    return json.loads(FILE.read_text())


def write(figures: Figures) -> None:
    """Write figures to the tracked file; those that were not measured stay as they are there.

    Raises
    ------
    OSError
        The file cannot be read or written.
    """
    earlier = read() if FILE.exists() else {"figures": {}, "machine": None}
    document = {
        "fields": explained({"document": DOCUMENT, "figures": FIGURES}),
        "tolerances": TOLERANCES,
        "figures": earlier["figures"] | figures,
        "machine": machine() if "speed" in figures else earlier["machine"],
    }
    write_atomically(FILE, (json.dumps(document, indent=2) + "\n").encode())


def compare(tracked: dict[str, Any], figures: Figures) -> list[Difference]:
    """What differs between the tracked document and measured figures, better or worse.

    Parameters
    ----------
    tracked : dict
        From `read`.
    figures : dict
        From `measured` or `measured_speed`.

    Returns
    -------
    list of Difference
    """
    differences = []
    for figure, found in figures.items():
        expected = tracked["figures"].get(figure, {})
        for subject in {**expected, **found}:
            values = expected.get(subject), found.get(subject)
            if values[0] != values[1]:
                differences.append(Difference(figure, subject, *values, tracked["tolerances"][figure]))
    return differences
