"""Counters of an RTL simulation, read from the report that `firstspike sim` wrote."""

import json
from dataclasses import dataclass
from pathlib import Path

from firstspike.golden.counting import counters
from firstspike.golden.energy.errors import EnergyError
from firstspike.golden.network import Network
from firstspike.golden.schedule import Schedule


@dataclass(frozen=True)
class RtlCounts:
    """Counters by layer, summed over all images of a simulation."""

    path: Path
    images: int
    image_source: str
    layer_counts: list[dict[str, int]]
    layer_cycles: list[int]


def load(path: str | Path, network: Network, schedule: Schedule) -> RtlCounts:
    """Counters from the JSON report at `path`.

    Raises
    ------
    EnergyError
        The file cannot be read, is no report, has no counters, or belongs to another network, configuration or batch.
    """
    path = Path(path)
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
        summary, layers = report["summary"], report["layers"]
        of = {
            "model": summary["model"],
            "configuration": summary["configuration"],
            "batch": summary["batch"],
            "layers": [layer["layer"] for layer in layers],
        }
        images, source = summary["images"], summary["image_source"]
        layer_counts = [{counter.name: layer[counter.name] for counter in counters.OPERATIONS} for layer in layers]
        layer_cycles = [layer[counters.CYCLES.name] for layer in layers]
    except OSError as error:
        raise EnergyError(f"cannot read the simulation report {path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise EnergyError(f"{path} is not a report of `firstspike sim`: {type(error).__name__} {error}") from None
    expected = {
        "model": network.name,
        "configuration": schedule.config.model_dump(),
        "batch": schedule.batch,
        "layers": [layer.name for layer in network.layers],
    }
    for what, value in expected.items():
        if of[what] != value:
            raise EnergyError(
                f"the counts in {path} belong to another {what}: expected {_short(value)}, got {_short(of[what])}"
            )
    if None in layer_cycles:
        raise EnergyError(f"the simulation report {path} has no counters: its processor was built without them")
    return RtlCounts(path, images, source, layer_counts, layer_cycles)


def _short(value):
    return value.get("name", value) if isinstance(value, dict) and "name" in value else value
