"""Bit for bit: what the processor did against what the golden model says."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from firstspike.golden.codes import SpikeCode
from firstspike.golden.counting import counters
from firstspike.golden.counting.fields import Field
from firstspike.golden.cycle_model import Prediction
from firstspike.golden.evaluators.evaluation import Evaluation
from firstspike.golden.network import Network
from firstspike.golden.schedule import Schedule
from firstspike.golden.streams.trace import LayerTrace

Counts = list[list[dict[str, int]]]
"""By run and layer run: name of the counter -> value."""


@dataclass(frozen=True)
class Divergence:
    """One number that differs.

    Attributes
    ----------
    layer : str
    image, channel : int
    position : (int, int)
        Row and column of the layer's output map, after pooling.
    cycle : int
        Cycle of the simulation in which the processor wrote or sent the number.
    expected, got : int
        Spike words, or membrane potentials of the output layer.
    code : golden.codes.SpikeCode or None
        Of the values; None: they are potentials.
    """

    layer: str
    image: int
    channel: int
    position: tuple[int, ...]
    cycle: int
    expected: int
    got: int
    code: SpikeCode | None

    def __str__(self) -> str:
        row, column = self.position
        return (
            f"layer {self.layer}, image {self.image}, channel {self.channel}, row {row}, column {column}, "
            f"cycle {self.cycle}: expected {self._text(self.expected)}, got {self._text(self.got)}"
        )

    def _text(self, value: int) -> str:
        return f"the potential {value}" if self.code is None else self.code.text(value)


@dataclass(frozen=True)
class LayerComparison:
    """How much of one layer agrees.

    Attributes
    ----------
    layer : str
    compared, wrong : int
        Spike words, or potentials of the output layer.
    first : Divergence or None
        The earliest in time.
    """

    layer: str
    compared: int
    wrong: int
    first: Divergence | None


@dataclass(frozen=True)
class CounterDifference:
    """One counter of one layer run that differs from the golden count or from the predicted cycles."""

    layer: str
    run: int
    counter: str
    expected: int
    got: int

    def __str__(self) -> str:
        return f"layer {self.layer}, run {self.run}, counter {self.counter}: expected {self.expected}, got {self.got}"


def layer(
    name: str, expected: np.ndarray, got: np.ndarray, cycles: np.ndarray, code: SpikeCode | None = None
) -> LayerComparison:
    """Compare one layer.

    Parameters
    ----------
    name : str
    expected, got, cycles : arrays (N, channels, height, width)
    code : golden.codes.SpikeCode, optional
        Of the values; by default they are potentials.

    Returns
    -------
    LayerComparison
    """
    wrong = np.argwhere(expected != got)
    first = None
    if len(wrong):
        where = tuple(int(i) for i in wrong[np.argmin(cycles[tuple(wrong.T)])])
        image, channel, *position = where
        first = Divergence(
            name, image, channel, tuple(position), int(cycles[where]), int(expected[where]), int(got[where]), code
        )
    return LayerComparison(name, expected.size, len(wrong), first)


def evaluation(
    network: Network,
    expected: Evaluation,
    traces: list[LayerTrace] | None,
    potentials: NDArray[np.int64],
    potential_cycles: NDArray[np.int64],
) -> list[LayerComparison]:
    """Compare everything the processor wrote and sent.

    Parameters
    ----------
    network : Network
    expected : Evaluation
    traces : list of trace.LayerTrace, or None
        None: the processor has no observation port, only potentials are compared.
    potentials, potential_cycles : int64 arrays (N, classes)

    Returns
    -------
    list of LayerComparison
        One per layer, in order.
    """
    compared = (
        [LayerComparison(one.name, 0, 0, None) for one in network.layers[:-1]]
        if traces is None
        else [
            layer(one.name, spikes, trace.spikes, trace.cycles, network.code)
            for one, spikes, trace in zip(network.layers[:-1], expected.spikes, traces, strict=True)
        ]
    )
    as_map = (..., np.newaxis, np.newaxis)
    compared.append(
        layer(network.layers[-1].name, expected.potentials[as_map], potentials[as_map], potential_cycles[as_map])
    )
    return compared


def first_divergence(comparisons: Iterable[LayerComparison]) -> Divergence | None:
    """The earliest in time of all layers, or None if everything agrees."""
    found = [comparison.first for comparison in comparisons if comparison.first is not None]
    return min(found, key=lambda divergence: divergence.cycle, default=None)


def operations(network: Network, schedule: Schedule, expected: Counts, got: Counts) -> list[CounterDifference]:
    """Operation counters that differ.

    Parameters
    ----------
    network : Network
    schedule : Schedule
    expected, got : list (per run) of list (per layer run) of dict of str to int
        From `golden.counting.counts.count` and from the result stream.

    Returns
    -------
    list of CounterDifference
    """
    return _differences(network, schedule, counters.OPERATIONS, expected, got)


def cycles(
    network: Network, schedule: Schedule, predictions: Iterable[Prediction], got: Counts
) -> list[CounterDifference]:
    """Cycle counters that differ from the cycle model, which knows no stalls.

    Parameters
    ----------
    network, schedule, got
        As in `operations`.
    predictions : list (per run) of cycle_model.Prediction

    Returns
    -------
    list of CounterDifference
    """
    return _differences(
        network,
        schedule,
        (*counters.CYCLE_CAUSES, counters.CYCLES),
        [prediction.runs for prediction in predictions],
        got,
    )


def _differences(
    network: Network, schedule: Schedule, names: Iterable[Field], expected: Counts, got: Counts
) -> list[CounterDifference]:
    return [
        CounterDifference(
            network.layers[layer_run.layer].name, run, counter.name, golden[counter.name], rtl[counter.name]
        )
        for run, (golden_runs, rtl_runs) in enumerate(zip(expected, got, strict=True))
        for layer_run, golden, rtl in zip(schedule.runs, golden_runs, rtl_runs, strict=True)
        for counter in names
        if golden[counter.name] != rtl[counter.name]
    ]
