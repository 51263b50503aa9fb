"""What a layer's spikes cost in any event-driven processor: the counts that need no schedule.

Positions whose potentials the 2x2 pool drops (a last odd row or column) are not computed and not counted; neither is
padding. The counts that depend on a schedule are in `golden.counting.counters`.
"""

from dataclasses import dataclass

import numpy as np

from firstspike.golden import formats
from firstspike.golden.counting.fields import Field


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
    for tap_y in range(layer.kernel[0]):
        for tap_x in range(layer.kernel[1]):
            window_y, window_x = (_inputs_of_tap(layer, axis, in_map, tap) for axis, tap in enumerate((tap_y, tap_x)))
            met = events[:, :, window_y, window_x].sum(axis=(0, 2, 3), dtype=np.int64)
            synaptic_events += int(met.sum())
            effective_sops += int(met @ nonzero[:, :, tap_y, tap_x].sum(axis=0))
            positions = len(range(*window_y.indices(in_map[0]))) * len(range(*window_x.indices(in_map[1])))
            dense_operations += images * positions * layer.in_channels * layer.out_channels
    return {
        "input_events": int(events.sum(dtype=np.int64)),
        "synaptic_events": synaptic_events,
        "sops": synaptic_events * layer.out_channels,
        "effective_sops": effective_sops,
        "dense_operations": dense_operations,
    }


def _inputs_of_tap(layer, axis, in_map, tap):
    """Slice of the input rows (axis 0) or columns (axis 1) that kernel tap `tap` meets at some output position."""
    computed = layer.out_map(in_map)[axis] * (2 if layer.pool else 1)
    positions = np.arange(computed) * layer.stride + tap - layer.padding[axis]
    inside = positions[(positions >= 0) & (positions < in_map[axis])]
    return slice(int(inside[0]), int(inside[-1]) + 1, layer.stride) if inside.size else slice(0, 0)
