"""The machine on which something was measured."""

import os
import platform
from pathlib import Path
from typing import Any


def machine() -> dict[str, Any]:
    """Name of the processor, number of cores, and load: a dict, see `FIELDS` of `benchmark_fields`."""
    information = Path("/proc/cpuinfo")
    names = (
        [
            line.partition(":")[2].strip()
            for line in information.read_text().splitlines()
            if line.startswith("model name")
        ]
        if information.exists()
        else []
    )
    return {
        "processor": names[0] if names else platform.machine(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
    }
