"""Counts times prices: the energy of every action of every layer, in integers that add up."""

from dataclasses import dataclass
from fractions import Fraction

from firstspike.golden.counting import counters
from firstspike.golden.energy import actions, memories
from firstspike.golden.energy.errors import EnergyError
from firstspike.golden.energy.operations import CLOCK, DRAM, DRAM_BITS, LEAKAGE, STANDING, Action
from firstspike.golden.energy.table import Price
from firstspike.golden.energy.units import ATTOJOULES_PER_JOULE, MICROJOULE, PICOJOULE

STANDING_COMPONENT = "clock and leakage"


@dataclass(frozen=True)
class Item:
    """One action in one layer.

    Attributes
    ----------
    layer : str
    component, group, action : str
    count : int
        Occurrences in all images.
    price : int
        Attojoules of one.
    """

    layer: str
    component: str
    group: str
    action: str
    count: int
    price: int

    @property
    def energy(self):
        """int, attojoules."""
        return self.count * self.price


@dataclass(frozen=True)
class Estimate:
    """Energy of `images` inferences on one processor.

    Attributes
    ----------
    table, dram : str
        Names of the energy table and of the DRAM choice.
    images : int
    clock_hz : int
    cycles : int
        Clock cycles for all images.
    sops, spikes, neurons : int
        Of all images; neurons are those of the firing layers.
    items : tuple of Item
        Every action of every layer that occurs.
    prices : dict of str to Price
        By action.
    """

    table: str
    dram: str
    images: int
    clock_hz: int
    cycles: int
    sops: int
    spikes: int
    neurons: int
    items: tuple
    prices: dict

    def total(self, **selected):
        """int, attojoules of all items with these attributes, for example `total(group="DRAM", layer="conv1")`."""
        return sum(
            item.energy for item in self.items if all(getattr(item, name) == value for name, value in selected.items())
        )

    def by(self, attribute):
        """Dict of the values of "layer", "component", "group" or "action" to attojoules, in order of appearance."""
        return {
            value: self.total(**{attribute: value})
            for value in dict.fromkeys(getattr(item, attribute) for item in self.items)
        }

    @property
    def microjoules_per_image(self):
        """Fraction."""
        return Fraction(self.total(), self.images * MICROJOULE)

    @property
    def picojoules_per_sop(self):
        """Fraction, of everything; None if there was no synaptic operation."""
        return Fraction(self.total(), self.sops * PICOJOULE) if self.sops else None

    @property
    def on_chip_picojoules_per_sop(self):
        """Fraction, without DRAM."""
        return Fraction(self.total() - self.total(group=DRAM), self.sops * PICOJOULE) if self.sops else None

    @property
    def frames_per_second(self):
        """Fraction, at `clock_hz`."""
        return Fraction(self.images * self.clock_hz, self.cycles)

    @property
    def watts(self):
        """Fraction: mean power at `clock_hz`, DRAM included."""
        return Fraction(self.total() * self.clock_hz, ATTOJOULES_PER_JOULE * self.cycles)


def estimate(network, schedule, layer_counts, layer_cycles, table, dram_name, dram, clock_hz, runs=1):
    """Energy of `runs` runs of a schedule.

    Parameters
    ----------
    network : Network
    schedule : Schedule
    layer_counts : list of dict
        Per layer the counters of `golden.counting.counters.OPERATIONS`, summed over layer runs and runs: from
        `sum_by_layer(golden.counting.counts.count(...))` or from the RTL.
    layer_cycles : list of int
        Clock cycles per layer, from the cycle model or from the RTL.
    table : Table
    dram_name : str
    dram : tables.DramChoice
    clock_hz : int
    runs : int

    Returns
    -------
    Estimate

    Raises
    ------
    EnergyError
        A count is missing or negative, the counts do not belong to this schedule, or an action has no price.
    """
    require_counts(network, schedule, layer_counts, layer_cycles, runs)
    if clock_hz <= 0:
        raise EnergyError(f"the clock must be more than 0 Hz, not {clock_hz}")
    config = schedule.config
    known = actions.actions(config) | {name: Action(name, STANDING_COMPONENT, STANDING) for name in (LEAKAGE, CLOCK)}
    prices = {
        name: _dram_price(table, dram_name, dram, name) if name in DRAM_BITS else table.price(action)
        for name, action in known.items()
        if name != LEAKAGE
    }
    prices[LEAKAGE] = table.leakage(memories.kilobytes(config), clock_hz)
    items = [
        Item(layer.name, action.component, action.group, name, counted[name], prices[name].attojoules)
        for layer, counted in zip(
            network.layers, _occurrences(network, schedule, layer_counts, layer_cycles, runs), strict=True
        )
        for name, action in known.items()
        if counted[name]
    ]
    spikes = sum(counts["spikes"] for counts in layer_counts)
    return Estimate(
        table=table.name,
        dram=dram_name,
        images=runs * schedule.batch,
        clock_hz=clock_hz,
        cycles=sum(layer_cycles),
        sops=sum(counts["sops"] for counts in layer_counts),
        spikes=spikes,
        neurons=spikes + sum(counts["silent_neurons"] for counts in layer_counts),
        items=tuple(items),
        prices=prices,
    )


def run_energy(network, schedule, layer_counts, layer_cycles, prices):
    """Energy of one run in attojoules (int), at the prices of an `Estimate`; those of all its runs add up to its total.

    Parameters are those of `estimate`, `prices` those of the Estimate.

    Raises
    ------
    EnergyError
        As `estimate` does.
    """
    require_counts(network, schedule, layer_counts, layer_cycles, runs=1)
    return sum(
        count * prices[name].attojoules
        for counted in _occurrences(network, schedule, layer_counts, layer_cycles, runs=1)
        for name, count in counted.items()
    )


def _occurrences(network, schedule, layer_counts, layer_cycles, runs):
    """Per layer how often every action occurs, with those of the clock and of leakage."""
    occurrences = actions.occurrences(network, schedule, layer_counts, runs)
    return [counted | {LEAKAGE: cycles, CLOCK: cycles} for counted, cycles in zip(occurrences, layer_cycles)]


def sum_by_layer(network, schedule, run_counts):
    """Counts of layer runs, summed by layer.

    Parameters
    ----------
    network : Network
    schedule : Schedule
    run_counts : list of list of dict
        For each run of the schedule one dict of counts per layer run.

    Returns
    -------
    list of dict
        One per layer.
    """
    names = run_counts[0][0].keys()
    return [
        {
            name: sum(
                counts[name] for one in run_counts for run, counts in zip(schedule.runs, one) if run.layer == index
            )
            for name in names
        }
        for index in range(len(network.layers))
    ]


def require_counts(network, schedule, layer_counts, layer_cycles, runs):
    """Checks that counts can be those of `runs` runs of this schedule.

    Raises
    ------
    EnergyError
        Says which count is wrong, what was expected and what came.
    """
    if not len(layer_counts) == len(layer_cycles) == len(network.layers):
        raise EnergyError(
            f"expected counts of {len(network.layers)} layers, got those of {len(layer_counts)} layers "
            f"and cycles of {len(layer_cycles)}"
        )
    for index, (layer, counts, cycles) in enumerate(zip(network.layers, layer_counts, layer_cycles)):
        for name in [counter.name for counter in counters.OPERATIONS]:
            if type(counts.get(name)) is not int or counts[name] < 0:
                raise EnergyError(f"layer {layer.name}: expected a count of {name}, got {counts.get(name)!r}")
        if type(cycles) is not int or cycles < 0:
            raise EnergyError(f"layer {layer.name}: expected a number of cycles, got {cycles!r}")
        for name, expected in _fixed_by_schedule(network, schedule, index, runs).items():
            if counts[name] != expected:
                raise EnergyError(
                    f"layer {layer.name}: {counts[name]} {name} counted, but {runs} runs of the schedule for "
                    f"configuration {schedule.config.name} and batch {schedule.batch} make {expected}: the counts "
                    f"belong to another configuration, batch or network"
                )


def _fixed_by_schedule(network, schedule, index, runs):
    """Counts that do not depend on the image."""
    config, layer = schedule.config, network.layers[index]
    visits = layer.unit_window.positions
    layer_runs = [run for run in schedule.runs if run.layer == index]

    def rows_of(select):
        return runs * sum(
            config.clusters // run.split * visits * pass_.units
            for run in layer_runs
            for pass_ in run.passes
            if select(pass_)
        )

    return {
        "weight_rows": runs * sum(pass_.rows for run in layer_runs for pass_ in run.passes),
        "partial_sums_read": rows_of(lambda pass_: not pass_.first_chunk),
        "partial_sums_written": rows_of(lambda pass_: not pass_.last_chunk),
        "potentials_drained": rows_of(lambda pass_: pass_.last_chunk),
    }


def _dram_price(table, dram_name, dram, action):
    """The DRAM choice has the price, unless the table leaves DRAM out."""
    if action in table.omits:
        return Price(0, f"left out: {table.omits[action]}")
    return Price(dram.attojoules, f"{dram_name}: {dram.value} {dram.unit}")
