"""Points of the RTL that need not be met, each with its reason (waivers.yaml)."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from firstspike.verify import yaml_entries
from firstspike.verify.coverage.points import Point

FILE = Path(__file__).parent / "waivers.yaml"


class Waiver(yaml_entries.Entry):
    """Points that are alike, and why none of them is a gap in the tests."""

    kind: Literal["line", "toggle"]
    module: Annotated[str, Field(description="regular expression, whole name")]
    what: Annotated[str, Field(description="regular expression, whole name of the signal or text of the line")] = ".*"
    bits: Annotated[tuple[int, int], Field(description="first and last bit of the signal")] = (0, 1 << 16)
    reason: Annotated[str, Field(min_length=20)]

    def covers(self, point):
        return (
            point.kind == self.kind
            and re.fullmatch(self.module, point.module) is not None
            and re.fullmatch(self.what, point.what) is not None
            and self.bits[0] <= point.bit <= self.bits[1]
        )


load = yaml_entries.loader(FILE, Waiver, "waivers")


def apply(waivers: list[Waiver], points: Iterable[Point]) -> dict[Point, Waiver]:
    """The first waiver of each of the points, which were not met, that has one."""
    waived = {}
    for point in points:
        waiver = next((waiver for waiver in waivers if waiver.covers(point)), None)
        if waiver is not None:
            waived[point] = waiver
    return waived
