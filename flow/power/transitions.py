"""Energy of every cell of a netlist in a mean cycle, from the activity of its nets and the tables of its library.

An input pin pays for charging its own capacitance, so that a block pays for what it loads. There are no wires and no
clock tree: the clock, gated or not, arrives everywhere with the steepest edge of the tables.
"""

import graphlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass

from firstspike.flow.power.saif import Activity
from firstspike.flow.synthesis import cell_power
from firstspike.golden.errors import SimulationError

PARTS = ("clock", "registers", "logic")
"""Where energy goes: clock gates and clock pins; data pins and outputs of flip-flops; everything else."""


@dataclass(frozen=True)
class CellEnergy:
    """One cell (its path from the top): pJ a cycle by part (`PARTS`)."""

    name: str
    picojoules: dict[str, float]
    leakage_w: float


class Netlist:
    """A netlist whose loads and slews are known.

    Parameters
    ----------
    instances : list of cells.Instance
        Those whose kind is not in the library (memories) are left out.
    library : dict of str to flow.synthesis.cell_power.CellPower
    voltage : float
    """

    def __init__(self, instances, library, voltage):
        self.instances = [instance for instance in instances if instance.kind in library]
        self._library = library
        self._half_square = voltage**2 / 2
        self._loads = {}
        self._drivers = {}
        for index, instance in enumerate(self.instances):
            cell = library[instance.kind]
            for pin, net in instance.nets.items():
                if pin in cell.outputs:
                    self._drivers[net] = index
                else:
                    self._loads[net] = self._loads.get(net, 0.0) + cell.capacitance.get(pin, 0.0)
        self._slews = self._find_slews()

    def gated_clocks(self):
        """Nets that clock gates drive, with the name of the gate."""
        for instance in self.instances:
            cell = self._library[instance.kind]
            if cell.is_clock_gate:
                for pin in cell.outputs:
                    yield instance.nets[pin], instance.name

    def clocked_by(self, net):
        """Names of the flip-flops at a clock net."""
        return [
            instance.name
            for instance in self.instances
            if (cell := self._library[instance.kind]).data is not None and instance.nets[cell.clock] == net
        ]

    def clocks(self):
        """Nets at the clock pins of cells."""
        return {
            instance.nets[cell.clock]
            for instance in self.instances
            if (cell := self._library[instance.kind]).clock is not None
        }

    def energies(self, activity: dict[str, Activity]) -> list[CellEnergy]:
        """Energy of every cell.

        Raises
        ------
        SimulationError
            The activity of a net is missing.
        """
        missing = {net for instance in self.instances for net in instance.nets.values() if net not in activity}
        if missing:
            raise SimulationError(f"the recording lacks {len(missing)} nets of the netlist, such as {min(missing)}")
        return [self._energy(instance, activity) for instance in self.instances]

    def _find_slews(self):
        """Slew of every net that a cell drives, clocks left out: that of its slowest arc, mean of rise and fall."""
        order = graphlib.TopologicalSorter()
        for index, instance in enumerate(self.instances):
            cell = self._library[instance.kind]
            causes = {arc.related for arcs in cell.outputs.values() for arc in arcs}
            order.add(
                index,
                *(self._drivers[net] for pin, net in instance.nets.items() if pin in causes and net in self._drivers),
            )
        slews = {}
        for index in order.static_order():
            instance = self.instances[index]
            cell = self._library[instance.kind]
            for pin, arcs in cell.outputs.items():
                if pin not in instance.nets or not arcs or cell.is_clock_gate:
                    continue
                net = instance.nets[pin]
                load = self._loads.get(net, 0.0)
                slews[net] = max(
                    (arc.rise.at(slew, load) + arc.fall.at(slew, load)) / 2
                    for arc in arcs
                    for slew in [slews.get(instance.nets.get(arc.related), 0.0)]
                )
        return slews

    def _energy(self, instance, activity):
        cell = self._library[instance.kind]
        nets = {pin: activity[net] for pin, net in instance.nets.items()}
        joint = _joint(cell, nets)
        parts = dict.fromkeys(PARTS, 0.0)
        for pin, net in instance.nets.items():
            transitions = nets[pin].transitions
            if transitions == 0:
                continue
            part = _part(cell, pin)
            if pin in cell.outputs:
                parts[part] += transitions * self._of_output(cell, instance, pin, nets, joint)
            else:
                parts[part] += transitions * (
                    cell.capacitance[pin] * self._half_square
                    + self._of_input(cell, pin, self._slews.get(net, 0.0), joint)
                )
        return CellEnergy(
            instance.name,
            parts,
            sum(
                watts * share
                for watts, share in zip(
                    (watts for _, watts in cell.leakage), _shares([when for when, _ in cell.leakage], joint)
                )
            ),
        )

    def _of_output(self, cell, instance, pin, nets, joint):
        """Of one transition of an output pin, in pJ.

        Its causes count by how often they switch and their condition holds.
        """
        entries = cell.energies[pin]
        load = self._loads.get(instance.nets[pin], 0.0)
        weights, energies = [], []
        for entry in entries:
            cause = nets.get(entry.related)
            holds = cell_power.probability(entry.when, joint) if entry.when else 1.0
            weights.append(holds * (cause.transitions if cause else 0.0))
            energies.append(_mean(entry, self._slews.get(instance.nets.get(entry.related), 0.0), load))
        if sum(weights) == 0:
            weights = [1.0] * len(entries)
        return sum(weight * energy for weight, energy in zip(weights, energies)) / sum(weights) if entries else 0.0

    def _of_input(self, cell, pin, slew, joint):
        """Of one transition of an input pin that moves no output, in pJ."""
        entries = cell.energies[pin]
        return sum(
            share * _mean(entry, slew, 0.0)
            for entry, share in zip(entries, _shares([entry.when for entry in entries], joint))
        )


def _mean(entry, slew, load):
    return (entry.rise.at(slew, load) + entry.fall.at(slew, load)) / 2


def _part(cell, pin):
    if cell.is_clock_gate or pin == cell.clock:
        return "clock"
    return "registers" if cell.data is not None else "logic"


def _shares(conditions, joint):
    """Probability of each condition; one that is None holds where no other does."""
    known = [None if condition is None else cell_power.probability(condition, joint) for condition in conditions]
    rest = max(0.0, 1.0 - sum(share for share in known if share is not None))
    return [rest if share is None else share for share in known]


def _joint(cell, nets):
    """Probabilities of the values of a cell's pins, for `cell_power.probability`.

    Pins are independent, but not the data and output of a flip-flop: at an edge of its clock they differ as often as
    the output then switches.
    """
    joint = {(pin,): {(False,): 1 - net.high, (True,): net.high} for pin, net in nets.items()}
    stored = next((pin for pin in cell.outputs if pin in nets), None)
    if cell.data is None or stored is None:
        return joint
    high, rises = nets[stored].high, nets[cell.clock].transitions / 2
    differ = min(1.0, nets[stored].transitions / rises) if rises else 0.0
    falling = min(differ / 2, high)
    rising = min(differ / 2, 1 - high)
    del joint[(stored,)]
    joint.pop((cell.data,), None)
    joint[(cell.data, stored)] = {
        (False, True): falling,
        (True, True): high - falling,
        (True, False): rising,
        (False, False): 1 - high - rising,
    }
    return joint


def resting(activity: dict[str, Activity], clocks: set[str], root: str) -> dict[str, Activity]:
    """The same nets in a cycle in which only the ungated clock (net `root`) runs and all gates are shut."""
    result = {net: Activity(0.0, 0.0 if net in clocks else one.high) for net, one in activity.items()}
    result[root] = Activity(2.0, 0.5)
    return result


def ungated(activity: dict[str, Activity], clocks: set[str]) -> dict[str, Activity]:
    """The same with all clocks running in every cycle."""
    return activity | dict.fromkeys(clocks, Activity(2.0, 0.5))


def total(energies):
    """CellEnergy of all of them together."""
    energies = list(energies)
    return CellEnergy(
        "",
        {part: sum(one.picojoules[part] for one in energies) for part in PARTS},
        sum(one.leakage_w for one in energies),
    )


def by_block(energies: list[CellEnergy], block_of: Callable[[str], str]) -> dict[str, CellEnergy]:
    """Block -> CellEnergy of its cells, by falling energy; `block_of` a cell's path is its block."""
    ordered = sorted(energies, key=lambda one: block_of(one.name))
    blocks = {block: total(cells) for block, cells in itertools.groupby(ordered, lambda one: block_of(one.name))}
    return dict(sorted(blocks.items(), key=lambda item: -sum(item[1].picojoules.values())))
