"""The space of a sweep: lists of values for configuration fields and batch, read from YAML."""

import itertools
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from firstspike.golden.config import HardwareConfig
from firstspike.golden.schedule import MAX_BATCH

SWEPT_FIELDS = (
    "lanes",
    "clusters",
    "time_steps",
    "ring_rows",
    "tile_positions",
    "drain_positions",
    "encoders",
    "word_neurons",
    "spike_words",
    "image_words",
    "network_bits",
)
DEFAULT = Path(__file__).resolve().parent / "default.yaml"


class SpaceError(ValueError):
    """A design space that cannot be read or has no points."""


class Point(BaseModel):
    """One configuration to evaluate; `fields` are those that differ from the base."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fields: dict[str, int]
    batch: int


class Space(BaseModel):
    """What a sweep varies, and what it keeps.

    Attributes
    ----------
    base : str
        Preset or JSON file whose fields the axes replace.
    axes : dict of str to list of int
        Values of configuration fields; every combination is a point.
    engine : str
        "model": the cycle model. "rtl": the simulated RTL, compared with the golden model (slow).
    images : int
        Images to evaluate, a multiple of every batch.
    accuracy_images : int
        Images to classify for every T.
    dram : list of str
        DRAM choices; every point is priced with each.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_\-]+$")]
    base: str = "paper"
    axes: dict[str, Annotated[list[int], Field(min_length=1)]] = {}
    batch: Annotated[list[Annotated[int, Field(ge=1, le=MAX_BATCH)]], Field(min_length=1)] = [1]
    engine: Literal["model", "rtl"] = "model"
    images: Annotated[int, Field(ge=1)] = 4
    accuracy_images: Annotated[int, Field(ge=0)] = 0
    table: str = "cacti_28nm"
    dram: Annotated[list[str], Field(min_length=1)] = ["hbm2", "ddr4"]
    clock_mhz: Annotated[float, Field(gt=0)] = 500.0

    @model_validator(mode="after")
    def _check(self):
        for field in self.axes:
            if field not in SWEPT_FIELDS:
                raise ValueError(f"axes: unknown field {field!r}, expected one of {', '.join(SWEPT_FIELDS)}")
        for batch in self.batch:
            if self.images % batch:
                raise ValueError(f"images must be a multiple of every batch, but {self.images} is not one of {batch}")
        return self

    def points(self):
        """List of Point, every combination once."""
        names = list(self.axes)
        return [
            Point(fields=dict(zip(names, values)), batch=batch)
            for *values, batch in itertools.product(*self.axes.values(), dict.fromkeys(self.batch))
        ]

    def config(self, point):
        """The configuration of a point.

        Words of the spike buffer that are wider than a cluster, and encoders than words, are halved until they fit;
        the buffer keeps its capacity, unless the sweep itself says how many words it has.

        Raises
        ------
        golden.config.ConfigurationError
            The combination is not possible.
        """
        base = HardwareConfig.load(self.base).model_dump()
        fields = base | point.fields
        if fields != base:
            fields["name"] = "swept"
        if "word_neurons" not in point.fields:
            cluster_lanes = max(1, fields["lanes"] // fields["clusters"])
            while cluster_lanes % fields["word_neurons"] and fields["word_neurons"] > 1:
                fields["word_neurons"] //= 2
                if "spike_words" not in point.fields:
                    fields["spike_words"] *= 2
        if "encoders" not in point.fields:
            fields["encoders"] = min(fields["encoders"], fields["word_neurons"])
        return HardwareConfig.from_dict(fields)


def load(path):
    """The Space in a YAML file.

    Raises
    ------
    SpaceError
        It cannot be read, or a field is missing, unknown or out of range.
    """
    try:
        content = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise SpaceError(f"cannot read the design space {path}: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SpaceError(f"the design space {path} is not YAML: {' '.join(str(error).split())}") from None
    try:
        return Space.model_validate(content)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, one['loc'])) or 'space'}: {one['msg'].removeprefix('Value error, ')}"
            for one in error.errors()
        )
        raise SpaceError(f"design space {path}: {problems}") from None
