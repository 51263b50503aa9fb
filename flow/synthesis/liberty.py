"""Standard-cell libraries in the Liberty format: what the flow has to know of them."""

import gzip
import re
from dataclasses import dataclass
from pathlib import Path

from firstspike.flow.synthesis import boolean
from firstspike.flow.synthesis.synthesis_errors import SynthesisError

DEFAULT = Path("/usr/share/qflow/tech/osu018/osu018_stdcells.lib")
DEFAULT_PACKAGE = "qflow-tech-osu018"

NAND = (1, 1, 1, 0)
INVERTER = (1, 0)


@dataclass(frozen=True)
class Cell:
    """A standard cell.

    Attributes
    ----------
    name : str
    area : float
        In the unit of the library, um2 in all that are known.
    function : tuple of int or None
        Truth table, if the cell is combinational with one output and at most two inputs.
    is_flip_flop, is_clock_gate : bool
    clock_gate_pins : dict of str to str
        Of a clock gate: role ("enable", "clock", "out", "test") -> pin.
    output : str or None
        Output pin of a cell that drives a constant.
    """

    name: str
    area: float
    function: tuple | None
    is_flip_flop: bool
    is_clock_gate: bool
    clock_gate_pins: dict
    output: str | None


@dataclass(frozen=True)
class Library:
    """The cells of one or more Liberty files.

    Attributes
    ----------
    name : str
        Of the first file's library.
    voltage : float or None
        Nominal, in V.
    files : tuple of Path
    cells : dict of str to Cell
    """

    name: str
    voltage: float | None
    files: tuple
    cells: dict

    @property
    def nand2(self):
        """The smallest two-input NAND: its area is one gate equivalent."""
        return self._smallest(lambda cell: cell.function == NAND)

    @property
    def inverter(self):
        return self._smallest(lambda cell: cell.function == INVERTER)

    @property
    def clock_gate(self):
        """The smallest clock-gating cell for flip-flops of the rising edge, or None."""
        return self._smallest(
            lambda cell: cell.is_clock_gate and {"enable", "clock", "out"} <= set(cell.clock_gate_pins)
        )

    def tie(self, value):
        """The smallest cell that drives a constant, or None."""
        return self._smallest(lambda cell: cell.function == (value,))

    def _smallest(self, condition):
        return min(
            (cell for cell in self.cells.values() if condition(cell) and cell.area > 0),
            key=lambda cell: (cell.area, cell.name),
            default=None,
        )

    def require_cells(self):
        """Raises SynthesisError, naming every kind of cell that no netlist can do without and that is missing."""
        missing = []
        if not any(cell.is_flip_flop for cell in self.cells.values()):
            missing.append("a flip-flop")
        if self.nand2 is None:
            missing.append("a two-input NAND (the unit of gate equivalents)")
        if self.inverter is None:
            missing.append("an inverter")
        if missing:
            raise SynthesisError(
                f"the library {', '.join(map(str, self.files))} has {len(self.cells)} cells, but lacks "
                f"{', '.join(missing)}"
            )


def read(paths):
    """The library in `paths` (.lib or .lib.gz); with no paths, the free one of Debian.

    Raises
    ------
    SynthesisError
        A file is missing, is no Liberty file, or cells that every netlist needs are missing.
    """
    if not paths:
        if not DEFAULT.exists():
            raise SynthesisError(
                f"no standard cells: install Debian's free ones with `apt-get install "
                f"{DEFAULT_PACKAGE}`, or name a Liberty file (LIBERTY=cells.lib)"
            )
        paths = [DEFAULT]
    texts = [text_of(path) for path in paths]
    cells = {}
    for path, text in zip(paths, texts):
        if not re.search(r"^\s*library\s*\(", text, re.M):
            raise SynthesisError(f"{path} is not a Liberty file: it has no library group")
        cells |= {cell.name: cell for cell in _cells(text)}
    name = re.search(r"^\s*library\s*\(\s*\"?([^\s\")]+)", texts[0], re.M)[1]
    voltage = re.search(r"nom_voltage\s*:\s*\"?([\d.]+)", texts[0])
    library = Library(name, float(voltage[1]) if voltage else None, tuple(map(Path, paths)), cells)
    library.require_cells()
    return library


def by_folder(paths):
    """The files of every folder: a library of more than one file has them all in one.

    Parameters
    ----------
    paths : sequence of Path

    Returns
    -------
    list of list of Path
        In the order of the first file of each; one empty list, which stands for Debian's library, if there are none.
    """
    folders = {}
    for path in map(Path, paths):
        folders.setdefault(path.parent, []).append(path)
    return list(folders.values()) or [[]]


def text_of(path):
    """Text of a Liberty file, decompressed if its name ends with .gz."""
    path = Path(path)
    try:
        data = path.read_bytes()
        return (gzip.decompress(data) if path.suffix == ".gz" else data).decode(errors="replace")
    except OSError as error:
        raise SynthesisError(f"cannot read the library {path}: {error.strerror or error}") from None


def _cells(text):
    starts = list(re.finditer(r"^\s*cell\s*\(\s*\"?([^\s\")]+)\"?\s*\)", text, re.M))
    for start, following in zip(starts, [*starts[1:], None]):
        body = text[start.end() : following.start() if following else None]
        area = re.search(r"\barea\s*:\s*\"?([\d.eE+-]+)", body)
        functions = re.findall(r"\bfunction\s*:\s*\"([^\"]*)\"", body)
        is_flip_flop = re.search(r"\bff\s*\(", body) is not None
        is_clock_gate = re.search(r"clock_gating_integrated_cell\s*:\s*\"latch_posedge", body) is not None
        is_sequential = is_flip_flop or is_clock_gate or re.search(r"\b(latch|statetable)\s*\(", body) is not None
        function = _truth_table(functions[0]) if len(functions) == 1 and not is_sequential else None
        output = _output_pin(body) if function in ((0,), (1,)) else None
        pins = _clock_gate_pins(body) if is_clock_gate else {}
        yield Cell(start[1], float(area[1]) if area else 0.0, function, is_flip_flop, is_clock_gate, pins, output)


def _truth_table(function):
    """Of a function of up to two inputs; the flow asks for no larger one."""
    if len(boolean.names(function)) > 2:
        return None
    try:
        return boolean.truth_table(function)
    except ValueError:
        return None


def _clock_gate_pins(body):
    pins = {}
    for pin in re.split(r"^\s*(?=pin\s*\()", body, flags=re.M)[1:]:
        for role in re.findall(r"\bclock_gate_(\w+?)_pin\s*:\s*\"?true", pin):
            pins[role] = re.match(r"pin\s*\(\s*\"?([^\s\")]+)", pin)[1]
    return pins


def _output_pin(body):
    return re.search(r"\bpin\s*\(\s*\"?([^\s\")]+)", body)[1]
