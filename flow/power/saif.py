"""Switching activity of nets, from a SAIF file."""

import re
from dataclasses import dataclass

from firstspike.golden.errors import SimulationError

_LINE = re.compile(
    r"\(INSTANCE (?P<instance>\S+)|"
    r"\((?P<net>\S+) \(T0 \d+\) \(T1 (?P<high>\d+)\) .*\(TC (?P<transitions>\d+)\)"
)


@dataclass(frozen=True)
class Activity:
    """What a net does.

    Attributes
    ----------
    transitions : float
        A cycle of the clock, on average.
    high : float
        Share of the time.
    """

    transitions: float
    high: float


def read(lines, instance, cycle):
    """Activity of every net of one instance.

    Parameters
    ----------
    lines : iterable of str
        Of the file as Verilator writes it: one net a line.
    instance : str
        Its name, which occurs once in the file.
    cycle : int
        Clock period in the file's unit of time.

    Returns
    -------
    activity : dict of str to Activity
        By name of the net; bits of a vector are `name[bit]`.
    cycles : float
        That the file covers.

    Raises
    ------
    SimulationError
        The file has no duration, or nothing of the instance.
    """
    duration, inside, found = None, False, {}
    for line in lines:
        if duration is None and (match := re.search(r"\(DURATION (\d+)\)", line)):
            duration = int(match[1])
        match = _LINE.search(line)
        if match is None:
            continue
        if match["instance"]:
            inside = match["instance"] == instance
        elif inside and duration:
            net = re.sub(r"\\(.)", r"\1", match["net"])
            found[net] = Activity(int(match["transitions"]) * cycle / duration, int(match["high"]) / duration)
    if not duration or not found:
        raise SimulationError(f"the recording of the netlist is empty: no net of {instance}")
    return found, duration / cycle
