"""What a layer's spikes cost in any event-driven processor: the counts that need no schedule.

Positions whose potentials the 2x2 pool drops (a last odd row or column) are not computed and not counted; neither is
padding. The counts that depend on a schedule are in `golden.counting.counters`.
"""

from dataclasses import dataclass

import numpy as np

from firstspike.golden import formats
from firstspike.golden.counting.fields import Field
from firstspike.golden.geometry import OUTSIDE


@dataclass(frozen=True)
class Statistic(Field):
    """One count of a layer, over all images of an evaluation.

    Attributes
    ----------
    neurobench : str
        Name of the same count in NeuroBench (Yik et al., 2025); empty where it has none.
    """

    neurobench: str = ""


STATISTICS = (
    Statistic("input_events", "events", "spikes of the layer's input, or nonzero digits of its pixels"),
    Statistic("synaptic_events", "events", "pairs of an input event and an output position whose window it lies in"),
    Statistic("sops", "synaptic operations", "synaptic events times output channels, zero weights included"),
    Statistic(
        "effective_sops",
        "synaptic operations",
        "the same without zero weights: one signed addition each",
        "Effective_ACs",
    ),
    Statistic(
        "dense_operations",
        "multiply-accumulates",
        "pairs of an input and an output neuron with a synapse: what a processor computes that ignores zeros",
        "Dense",
    ),
    Statistic("neurons", "neurons", "output neurons, after pooling"),
    Statistic("spikes", "spikes", "output neurons that fire, after pooling"),
    Statistic(
        "silent_neurons",
        "neurons",
        "output neurons that never fire, after pooling; divided by the neurons it "
        "is the activation sparsity; 0 for the output layer, which does not fire",
        "Activation Sparsity",
    ),
)


def statistics(network, images, evaluation):
    """Counts every statistic of every layer.

    Parameters
    ----------
    network : Network
    images : uint8 array (N, channels, height, width)
    evaluation : Evaluation
        Of these images.

    Returns
    -------
    list of dict of str to int
        One a layer, with every name of `STATISTICS`; totals over the N images.
    """
    rows = []
    for index, layer in enumerate(network.layers):
        words = evaluation.spikes[index - 1] if index else images
        counts = _layer_statistics(layer, network.in_code(index).event_counts(network)[words])
        if layer.fires:
            fired = evaluation.spikes[index] != network.code.silent
            counts |= {"neurons": fired.size, "spikes": int(fired.sum()), "silent_neurons": int((~fired).sum())}
        else:
            counts |= {"neurons": evaluation.potentials.size, "spikes": 0, "silent_neurons": 0}
        rows.append(counts)
    return rows


def activation_sparsity(rows):
    """Silent neurons of all firing layers as a fraction of their neurons (NeuroBench: Activation Sparsity)."""
    return sum(row["silent_neurons"] for row in rows) / sum(row["neurons"] for row in rows[:-1])


def _layer_statistics(layer, events):
    """Counts of one layer for its input events, uint8 (N, channels, height, width)."""
    nonzero = (layer.weights & ~np.uint8(1 << formats.WEIGHT_SIGN_BIT)) != formats.ZERO_MAGNITUDE
    images, _, *in_map = events.shape
    synaptic_events = effective_sops = dense_operations = 0
    rows, columns = layer.unit_inputs(in_map)
    of_place = events.sum(axis=0, dtype=np.int64)
    for tap_y in range(rows.shape[-1]):
        for tap_x in range(columns.shape[-1]):
            rows_met, columns_met = _inputs_met(rows[..., tap_y]), _inputs_met(columns[..., tap_x])
            met = of_place[:, rows_met][:, :, columns_met].sum(axis=(1, 2))
            synaptic_events += int(met.sum())
            effective_sops += int(met @ nonzero[:, :, tap_y, tap_x].sum(axis=0))
            positions = len(rows_met) * len(columns_met)
            dense_operations += images * positions * layer.in_channels * layer.out_channels
    return {
        "input_events": int(of_place.sum()),
        "synaptic_events": synaptic_events,
        "sops": synaptic_events * layer.out_channels,
        "effective_sops": effective_sops,
        "dense_operations": dense_operations,
    }


def _inputs_met(read):
    """int64 (inputs,): the input rows or columns that one kernel tap meets at some output position.

    `read` are those of all units, (units, positions of a unit), `OUTSIDE` in the padding.
    """
    return np.unique(read[read != OUTSIDE])
