"""What the cells of a Liberty library take: tables of energy by slew and load, leakage by state."""

import bisect
import itertools
from dataclasses import dataclass

from firstspike.flow.synthesis import boolean, liberty, liberty_groups
from firstspike.flow.synthesis.synthesis_errors import SynthesisError

UNITS = {"ff": 1e-3, "pf": 1.0}
"""Of capacitance, in pF: with volts squared that makes pJ."""
LEAKAGE_WATTS = {"W": 1.0, "mW": 1e-3, "uW": 1e-6, "nW": 1e-9, "pW": 1e-12}


@dataclass(frozen=True)
class Table:
    """A table over up to two of input slew and output load (pF); outside of its range the nearest value holds.

    Slews are in the library's unit of time throughout: nothing else is counted in it.

    Attributes
    ----------
    slews, loads : tuple of float
        A single 0 where the table does not depend on it.
    values : tuple of tuple of float
        By slew, then by load.
    """

    slews: tuple
    loads: tuple
    values: tuple

    def at(self, slew, load):
        """Bilinear interpolation."""
        row, along = _place(self.slews, slew)
        column, across = _place(self.loads, load)
        next_row, next_column = min(row + 1, len(self.slews) - 1), min(column + 1, len(self.loads) - 1)
        upper, lower = (
            (self.values[index][column] * (1 - across) + self.values[index][next_column] * across)
            for index in (row, next_row)
        )
        return upper * (1 - along) + lower * along


@dataclass(frozen=True)
class Energy:
    """An `internal_power` group: energy of a transition of its pin, load not included, in pJ.

    Attributes
    ----------
    related : str or None
        Of an output: the input that causes the transition.
    when : str or None
        Condition; None: where no other condition of the same pin holds.
    rise, fall : Table
    """

    related: str | None
    when: str | None
    rise: Table
    fall: Table


@dataclass(frozen=True)
class Arc:
    """A timing arc: slew of the output after a transition of `related`."""

    related: str
    rise: Table
    fall: Table


@dataclass(frozen=True)
class CellPower:
    """One cell.

    Attributes
    ----------
    capacitance : dict of str to float
        Input pin -> pF.
    energies : dict of str to list of Energy
        By pin.
    arcs : dict of str to list of Arc
        By output pin.
    leakage : list of (str or None, float)
        (condition, W); None: where no other condition holds.
    clock : str or None
        Clock pin of a flip-flop or clock gate.
    data : str or None
        Of a flip-flop: the pin that it stores.
    is_clock_gate : bool
    """

    capacitance: dict
    energies: dict
    arcs: dict
    leakage: list
    clock: str | None
    data: str | None
    is_clock_gate: bool

    @property
    def outputs(self):
        return self.arcs


def read(library):
    """Power of every cell of a library.

    Parameters
    ----------
    library : flow.synthesis.liberty.Library

    Returns
    -------
    dict of str to CellPower

    Raises
    ------
    SynthesisError
        A file is not in the Liberty format, or has units that are not known.
    """
    cells = {}
    for path in library.files:
        try:
            group = liberty_groups.parse(liberty.text_of(path))
            cells |= _cells(group)
        except (ValueError, KeyError) as error:
            raise SynthesisError(f"{path}: cannot read the power of its cells: {error}") from None
    return cells


def probability(condition, joint):
    """Probability of a condition.

    Parameters
    ----------
    condition : str
        Boolean function in Liberty's syntax.
    joint : dict of tuple of str to dict of tuple of bool to float
        Independent groups of pins: their names -> probability of each combination of their values.
    """
    names = boolean.names(condition)
    groups = {pins: values for pins, values in joint.items() if set(pins) & set(names)}
    rows = boolean.truth_table(condition)
    total = 0.0
    for choice in itertools.product(*(values.items() for values in groups.values())):
        state, weight = {}, 1.0
        for pins, (values, share) in zip(groups, choice):
            state |= dict(zip(pins, values))
            weight *= share
        index = int("".join(str(int(state[name])) for name in names), 2)
        total += weight * rows[index]
    return total


def _place(points, value):
    """Index of the point before `value`, and how far it is on the way to the next one, 0 to 1."""
    if len(points) == 1 or value <= points[0]:
        return 0, 0.0
    if value >= points[-1]:
        return len(points) - 1, 0.0
    index = bisect.bisect_right(points, value) - 1
    return index, (value - points[index]) / (points[index + 1] - points[index])


def _cells(library):
    number, unit = library.attributes["capacitive_load_unit"]
    picofarads = float(number) * UNITS[unit.lower()]
    leakage = library.value("leakage_power_unit")
    watts = float(leakage.rstrip("WmnpuU")) * LEAKAGE_WATTS[leakage.lstrip("0123456789.")] if leakage else 0.0
    if library.value("voltage_unit") not in (None, "1V"):
        raise ValueError(f"expected the unit 1V, found {library.value('voltage_unit')}")
    templates = {
        group.arguments[0]: [group.value("variable_1"), group.value("variable_2")]
        for kind in ("lu_table_template", "power_lut_template")
        for group in library.all(kind)
    }
    return {group.arguments[0]: _cell(group, picofarads, watts, templates) for group in library.all("cell")}


def _cell(group, picofarads, watts, templates):
    pins = {pin.arguments[0]: pin for pin in group.all("pin")}
    directions = {name: pin.value("direction") for name, pin in pins.items()}
    inputs = [name for name in pins if directions[name] == "input"]
    flip_flop = group.one("ff")
    is_clock_gate = group.value("clock_gating_integrated_cell") is not None
    clock = data = None
    if flip_flop:
        clock, data = (
            function if function in pins else None
            for function in (flip_flop.value("clocked_on"), flip_flop.value("next_state"))
        )
    elif is_clock_gate:
        clock = next(name for name in inputs if pins[name].value("clock_gate_clock_pin") == "true")

    def table(owner, name):
        found = owner.one(name)
        return _table(found, templates, picofarads) if found else Table((0.0,), (0.0,), ((0.0,),))

    energies = {
        name: [
            Energy(
                entry.value("related_pin"), entry.value("when"), table(entry, "rise_power"), table(entry, "fall_power")
            )
            for entry in pin.all("internal_power")
        ]
        for name, pin in pins.items()
    }
    arcs = {
        name: [
            Arc(entry.value("related_pin"), table(entry, "rise_transition"), table(entry, "fall_transition"))
            for entry in pin.all("timing")
            if entry.one("rise_transition") and entry.one("fall_transition")
        ]
        for name, pin in pins.items()
        if directions[name] == "output"
    }
    leakage = [(entry.value("when"), float(entry.value("value")) * watts) for entry in group.all("leakage_power")]
    if not leakage and group.value("cell_leakage_power"):
        leakage = [(None, float(group.value("cell_leakage_power")) * watts)]
    return CellPower(
        {name: float(pins[name].value("capacitance") or 0) * picofarads for name in inputs},
        energies,
        arcs,
        leakage,
        clock,
        data,
        is_clock_gate,
    )


def _table(group, templates, picofarads):
    rows = [[float(number) for number in line.replace(",", " ").split()] for line in group.attributes["values"]]
    axes = [
        [float(number) for number in " ".join(group.attributes[name]).replace(",", " ").split()]
        for name in ("index_1", "index_2")
        if name in group.attributes
    ]
    if not axes:
        return Table((0.0,), (0.0,), ((rows[0][0],),))
    names = templates.get(group.arguments[0], [None, None])
    if len(axes) == 1:
        values = [value for row in rows for value in row]
        if names[0] == "total_output_net_capacitance":
            return Table((0.0,), tuple(load * picofarads for load in axes[0]), (tuple(values),))
        return Table(tuple(axes[0]), (0.0,), tuple((value,) for value in values))
    if names[0] == "total_output_net_capacitance":
        axes, rows = axes[::-1], list(zip(*rows))
    return Table(tuple(axes[0]), tuple(load * picofarads for load in axes[1]), tuple(map(tuple, rows)))
