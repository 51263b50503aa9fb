"""This report beside another one: what differs in what was run, and in what came out."""

from collections.abc import Callable, Iterator
from typing import Any

from firstspike.golden.energy.units import MICROJOULE
from firstspike.report.energy.other_report import OtherReport, OtherSummary

SETTINGS = {
    "model": "network",
    "network_digest": "weights, biases and offsets (digest)",
    "image_source": "data set",
    "images_digest": "pixels of the images (digest)",
    "images": "images",
    "batch": "batch",
    "table": "energy table",
    "dram": "DRAM",
    "clock_hz": "clock, Hz",
}
"""Field of the summary -> what it is called."""

NUMBERS: tuple[tuple[str, str, Callable[[OtherSummary], float | None]], ...] = (
    ("accuracy", "", lambda summary: summary.accuracy),
    ("energy per image, DRAM included", "uJ", lambda summary: summary.microjoules_per_image),
    ("energy of a synaptic operation, DRAM included", "pJ", lambda summary: summary.picojoules_per_sop),
    ("energy of a synaptic operation on the chip", "pJ", lambda summary: summary.on_chip_picojoules_per_sop),
    ("images a second", "1/s", lambda summary: summary.frames_per_second),
    ("mean power, DRAM included", "W", lambda summary: summary.watts),
    ("clock cycles per image", "cycles", lambda summary: summary.cycles / summary.images),
    ("synaptic operations per image", "", lambda summary: summary.sops / summary.images),
    ("spikes per image", "", lambda summary: summary.spikes / summary.images),
    ("spikes per neuron", "", lambda summary: summary.spikes_per_neuron),
    ("time steps to the decision", "", lambda summary: summary.time_steps_to_decision),
)
"""What it is, its unit, and how it follows from a summary."""


def compare(document: dict[str, Any], other: OtherReport, name: str) -> dict[str, Any]:
    """The section `against` of `document`, which has all other sections; `name` is that of the other's file."""
    this = OtherReport.model_validate(document)
    return {
        "report": name,
        "model": other.summary.model,
        "configuration": other.summary.configuration.get("name"),
        "differences": list(_differences(this, other)),
        "numbers": [
            {"what": what, "unit": unit, **_pair(of(this.summary), of(other.summary))} for what, unit, of in NUMBERS
        ],
        "layers": _layers(this, other),
        "classes": _classes(this, other),
        "answers": _answers(this, other),
    }


def _differences(this: OtherReport, other: OtherReport) -> Iterator[dict[str, Any]]:
    pairs = [(title, getattr(this.summary, name), getattr(other.summary, name)) for name, title in SETTINGS.items()]
    mine, theirs = this.summary.configuration, other.summary.configuration
    pairs += [(f"configuration: {key}", mine.get(key), theirs.get(key)) for key in dict.fromkeys((*mine, *theirs))]
    if this.summary.table == other.summary.table and this.summary.clock_hz == other.summary.clock_hz:
        prices = [{name: price.price_aj for name, price in one.prices.items()} for one in (this, other)]
        actions = [name for name in dict.fromkeys((*prices[0], *prices[1])) if not name.startswith("dram_")]
        if this.summary.configuration == other.summary.configuration:  # else they are of other memories and widths
            pairs += [(f"price of {name}, aJ", prices[0].get(name), prices[1].get(name)) for name in actions]
    for what, one, another in pairs:
        if one != another:
            yield {"what": what, "this": one, "other": another}


def _pair(this: float | None, other: float | None) -> dict[str, float | None]:
    change = None if this is None or not other else this / other - 1
    return {"this": this, "other": other, "change": change}


def _layers(this: OtherReport, other: OtherReport) -> list[dict[str, Any]]:
    """Side by side if both networks have the same layers; else empty."""

    def shape(report: OtherReport) -> list[tuple[str, str, str]]:
        return [(layer.layer, layer.kind, layer.output) for layer in report.layers]

    if shape(this) != shape(other):
        return []

    def per_image(report: OtherReport, value: int) -> float:
        return value / report.summary.images

    return [
        {
            "layer": mine.layer,
            "microjoules": _pair(
                per_image(this, mine.energy_aj) / MICROJOULE, per_image(other, theirs.energy_aj) / MICROJOULE
            ),
            "cycles": _pair(per_image(this, mine.cycles), per_image(other, theirs.cycles)),
            "spikes": _pair(per_image(this, mine.spikes), per_image(other, theirs.spikes)),
        }
        for mine, theirs in zip(this.layers, other.layers)
    ]


def _classes(this: OtherReport, other: OtherReport) -> list[dict[str, Any]]:
    """Accuracy by class if both reports have the same classes; else empty."""
    if [row.name for row in this.classes] != [row.name for row in other.classes]:
        return []
    return [
        {"class": mine.name, "this": mine.accuracy, "other": theirs.accuracy}
        for mine, theirs in zip(this.classes, other.classes)
    ]


def _answers(this: OtherReport, other: OtherReport) -> list[dict[str, Any]] | None:
    """Images that the two runs give another class; None if they did not see the same images."""
    if this.summary.images_digest != other.summary.images_digest:
        return None
    return [
        {"image": index, "label": mine.label, "this": mine.answer, "other": theirs.answer}
        for index, (mine, theirs) in enumerate(zip(this.images, other.images, strict=True))
        if mine.answer != theirs.answer
    ]
