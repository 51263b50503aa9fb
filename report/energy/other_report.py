"""The JSON file of another energy report, read to be compared with."""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from firstspike.golden.energy.errors import EnergyError
from firstspike.report.energy.report_format import KIND, VERSION

REMEDY = "expected the file `<model>-energy.json` that `firstspike report` writes beside its page"


class _Read(BaseModel):
    """Fields that are compared; a report has more of them."""

    model_config = ConfigDict(frozen=True, strict=True)


class OtherSummary(_Read):
    model: str
    network_digest: str
    configuration: dict[str, Any]
    image_source: str
    images_digest: str
    images: int = Field(gt=0)
    batch: int
    table: str
    dram: str
    clock_hz: int
    accuracy: float | None
    microjoules_per_image: float
    picojoules_per_sop: float | None
    on_chip_picojoules_per_sop: float | None
    frames_per_second: float
    watts: float
    cycles: int
    sops: int
    spikes: int
    spikes_per_neuron: float | None
    time_steps_to_decision: int


class OtherLayer(_Read):
    layer: str
    kind: str
    output: str
    cycles: int
    spikes: int
    energy_aj: int


class OtherPrice(_Read):
    price_aj: int


class OtherImage(_Read):
    label: str | None
    answer: str = Field(alias="class")


class OtherClass(_Read):
    name: str = Field(alias="class")
    accuracy: float | None


class OtherReport(_Read):
    summary: OtherSummary
    layers: list[OtherLayer]
    prices: dict[str, OtherPrice]
    images: list[OtherImage]
    classes: list[OtherClass]


def load(path: str | Path) -> OtherReport:
    """The report at `path`.

    Raises
    ------
    EnergyError
        The file cannot be read, is no energy report, is of another version, or lacks a field.
    """
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise EnergyError(f"cannot read the report {path}: {error.strerror}") from None
    except ValueError as error:
        raise EnergyError(f"{path} is no JSON file ({error}): {REMEDY}") from None
    found = content.get("format") if isinstance(content, dict) else None
    if not isinstance(found, dict) or found.get("kind") != KIND:
        raise EnergyError(f"{path} is not an energy report: {REMEDY}")
    if found.get("version") != VERSION:
        raise EnergyError(
            f"{path} is an energy report of version {found.get('version')!r}, expected version {VERSION}: "
            "write it again with the firstspike of this report"
        )
    try:
        report = OtherReport.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise EnergyError(f"{path} is damaged: {place}: {first['msg']}; write the report again") from None
    if len(report.images) != report.summary.images:
        raise EnergyError(
            f"{path} is damaged: it says {report.summary.images} images and lists {len(report.images)}; "
            "write the report again"
        )
    return report
