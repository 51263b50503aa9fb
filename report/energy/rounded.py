"""Energy by layer and group as the page prints it: whole nanojoules and tenths of a percent that add up as printed."""

from fractions import Fraction
from typing import Any

from firstspike.golden.energy.operations import GROUPS
from firstspike.golden.energy.units import MICROJOULE
from firstspike.report.energy.apportion import apportion

NANOJOULE = MICROJOULE // 1000


def by_layer(document: dict[str, Any]) -> dict[str, Any]:
    """The section `layer_energy` of a document with `summary`, `layers` and `items`."""
    images, groups_aj = document["summary"]["images"], document["summary"]["groups_aj"]
    cells = [
        Fraction(
            sum(
                item["energy_aj"]
                for item in document["items"]
                if item["layer"] == row["layer"] and item["group"] == group
            ),
            images,
        )
        for row in document["layers"]
        for group in GROUPS
    ]
    nanojoules = iter(apportion(cells, NANOJOULE))
    rows = []
    for row in document["layers"]:
        groups = {group: next(nanojoules) for group in GROUPS}
        rows.append({"layer": row["layer"], "groups": groups, "all": sum(groups.values())})
    columns = {group: sum(row["groups"][group] for row in rows) for group in GROUPS}
    total = sum(groups_aj.values())
    shares = [Fraction(1000 * groups_aj.get(group, 0), total) if total else 0 for group in GROUPS]
    return {
        "rows": rows,
        "groups": columns,
        "all": sum(columns.values()),
        "shares": dict(zip(GROUPS, (tenths / 10 for tenths in apportion(shares, 1)))),
    }
