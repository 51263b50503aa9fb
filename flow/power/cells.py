"""The cells of a netlist and how they are connected."""

import re
from dataclasses import dataclass

_CELL = re.compile(r"^  ([A-Za-z_]\w*) (\S+) +\((.*?)\n  \);", re.M | re.S)
_PIN = re.compile(r"\.(\w+)\((.*?)\)")


@dataclass(frozen=True)
class Instance:
    """A cell.

    Attributes
    ----------
    kind : str
        Its name in the library.
    name : str
        Path from the top.
    nets : dict of str to str
        Pin -> net that it is connected to; `name[bit]` for a bit of a vector.
    """

    kind: str
    name: str
    nets: dict


def read(netlist):
    """The instances in the text of a flat netlist in Yosys' style in which every pin has one bit."""
    return [
        Instance(cell[1], _plain(cell[2]), {pin: _plain(net) for pin, net in _PIN.findall(cell[3])})
        for cell in _CELL.finditer(netlist)
    ]


def _plain(name):
    return re.sub(r"\s", "", name.removeprefix("\\"))
