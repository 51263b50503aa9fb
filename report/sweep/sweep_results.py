"""Results of a sweep: what decides one, and all of them as a CSV file."""

import csv
import functools
import hashlib
import io
import json

from firstspike.golden import source_closure
from firstspike.golden.config import HardwareConfig
from firstspike.golden.energy.table import Table
from firstspike.report.sweep.space import Point, Space

WITHOUT = {"model": ("report/sweep/default.yaml", "hw", "sim"), "rtl": ("report/sweep/default.yaml",)}
"""By engine: what does not decide a result. The points of a space are in the key; a prediction needs no RTL."""


@functools.cache
def code_digest(engine):
    """Digest of the program: results of another version are computed again."""
    return source_closure.digest(["firstspike.report.sweep.evaluate"], without=WITHOUT[engine])


def key(
    point: Point,
    config: HardwareConfig | None,
    space: Space,
    network_digest: str,
    image_digest: str,
    table: Table,
    dram_prices: dict[str, int],
    program: str,
) -> str:
    """Identity of a result: equal keys, equal results. Without a `config` the combination is not possible."""
    content = {
        "point": point.model_dump(),
        "config": None if config is None else config.model_dump(),
        "engine": space.engine,
        "clock_mhz": space.clock_mhz,
        "network": network_digest,
        "images": image_digest,
        "program": program,
        "table": table.model_dump(mode="json"),
        "dram": dram_prices,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:24]


def as_csv(rows):
    """CSV text: one line a point and DRAM choice."""
    flat = []
    for row in rows:
        start = {
            "key": row["key"],
            **row["point"]["fields"],
            "batch": row["point"]["batch"],
            "fits": row["fits"],
            "reason": row["reason"],
            "accuracy": row["accuracy"],
        }
        for name in row["energy"] or [None]:
            found = row["energy"].get(name, {})
            flat.append(
                start
                | {
                    "dram": name,
                    "microjoules_per_image": found.get("microjoules_per_image"),
                    "watts": found.get("watts"),
                    "cycles_per_image": row.get("cycles_per_image"),
                    "frames_per_second": row.get("frames_per_second"),
                    "kilobytes": row.get("kilobytes"),
                }
            )
    text = io.StringIO()
    writer = csv.DictWriter(text, flat[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(flat)
    return text.getvalue()
