"""Other designs on the same network, priced by the same table: what each of our choices is worth."""

from dataclasses import dataclass

from firstspike.golden import formats
from firstspike.golden.energy import memories
from firstspike.golden.energy.estimate import Item
from firstspike.golden.energy.operations import ARITHMETIC, DRAM, MEMORY, Action, Operation

ANN_BITS = 8
ANN_BIAS_BITS = 32
LOGIT_BITS = 32
RECORD_INDEX_BITS = 20
"""Of an event record in the sort memory: which weight row it needs."""

ANN_ASSUMPTIONS = (
    "same layers, batch and number of lanes; 8-bit weights and activations, 32-bit sums, no sparsity used",
    "output stationary, sums in registers, no partial sums in memory",
    "as many rows of weight memory and as many neurons of activation memory as the spiking processor",
    "every weight comes from DRAM once a batch, biases of 32 bits, image and logits once an image",
    "control, clock tree and leakage are left out, which favours it",
)
SORTING_ASSUMPTIONS = (
    "same lanes, memories, schedule, streams, event generator and encoder as the spiking processor",
    "the events of a window are merge-sorted by time: log2(mean events of a window) comparisons, and as many reads "
    "and writes of a record in a sort memory for the largest window",
    "membrane potentials live in memory: one read and one write of a cluster's row for every event, instead of "
    "registers",
    "partial sums need no extra accesses, as the potentials are in memory already",
)


@dataclass(frozen=True)
class Design:
    """An estimated design.

    Attributes
    ----------
    name : str
    assumptions : tuple of str
    items : tuple of Item
    """

    name: str
    assumptions: tuple
    items: tuple

    def total(self, group=None):
        """int, attojoules."""
        return sum(item.energy for item in self.items if group in (None, item.group))


def dense_ann(network, schedule, statistics, estimated, table, runs=1):
    """The equivalent dense ANN on an array of 8-bit multiply-accumulators (`ANN_ASSUMPTIONS`).

    Parameters
    ----------
    network : Network
    schedule : Schedule
        Gives lanes, memories and batch.
    statistics : list of dict
        `golden.counting.operations.statistics` of all images.
    estimated : Estimate
        Of the spiking processor; gives the price of a DRAM bit.
    table : Table
    runs : int

    Returns
    -------
    Design
    """
    config = schedule.config
    items = []
    images = runs * schedule.batch
    dram_price = estimated.prices["dram_network_bit"].attojoules
    known = _ann_actions(config)
    for index, (layer, counted) in enumerate(zip(network.layers, statistics)):
        macs, outputs = counted["dense_operations"], counted["neurons"]
        groups = -(-layer.out_channels // config.lanes)
        counts = {
            "mac": macs,
            "mac_register": macs,
            "requantise": outputs,
            "ann_weight_read": macs,
            "ann_weight_write": runs * layer.weights.size,
            "ann_activation_read": macs // layer.out_channels * groups,
            "ann_activation_write": outputs,
        }
        items += [
            Item(layer.name, known[name].component, known[name].group, name, count, table.price(known[name]).attojoules)
            for name, count in counts.items()
        ]
        bits = runs * (layer.weights.size * ANN_BITS + layer.out_channels * ANN_BIAS_BITS)
        if index == 0:
            bits += images * network.input_shape[0] * network.input_shape[1] * network.input_shape[2] * ANN_BITS
        if not layer.fires:
            bits += images * layer.out_channels * LOGIT_BITS
        items.append(Item(layer.name, "DRAM", DRAM, "dram_network_bit", bits, dram_price))
    return Design("dense ANN, 8-bit MAC array", ANN_ASSUMPTIONS, tuple(items))


def sorting_snn(network, schedule, layer_counts, statistics, estimated, table):
    """The same network on a design that sorts events and keeps potentials in memory (`SORTING_ASSUMPTIONS`).

    Parameters
    ----------
    network : Network
    schedule : Schedule
    layer_counts : list of dict
        As for `estimate`.
    statistics : list of dict
        `golden.counting.operations.statistics` of all images.
    estimated : Estimate
        Of the spiking processor, whose items it keeps where the designs do not differ.
    table : Table

    Returns
    -------
    Design
    """
    config = schedule.config
    replaced = ("accumulator_register", "potential_restart", "partial_sums_read", "partial_sums_write")
    items = [item for item in estimated.items if item.action not in replaced]
    potentials = memories.of(config)["partial_sums"]
    for layer, counts, counted in zip(network.layers, layer_counts, statistics):
        visits = layer.unit_window.positions
        steps = _sort_steps(counted["synaptic_events"], counted["neurons"] // layer.out_channels * visits)
        largest_window = layer.in_channels * layer.window.taps
        found = {
            "sort_compare": counts["events"] * steps,
            "sort_read": counts["events"] * steps,
            "sort_write": counts["events"] * steps,
            "potential_read": counts["weight_reads"],
            "potential_write": counts["weight_reads"],
        }
        known = _sorting_actions(potentials, largest_window)
        items += [
            Item(layer.name, known[name].component, known[name].group, name, count, table.price(known[name]).attojoules)
            for name, count in found.items()
        ]
    return Design("TTFS SNN that sorts events and keeps potentials in memory", SORTING_ASSUMPTIONS, tuple(items))


def _sort_steps(events, windows):
    """ceil(log2(mean events of a window)), at least 1."""
    mean = -(-events // max(1, windows))
    return max(1, (mean - 1).bit_length())


def _ann_actions(config):
    neurons_per_word = config.word_neurons
    weights = memories.Memory("ann_weight", config.cluster_lanes * ANN_BITS, config.ring_rows)
    activations = memories.Memory("ann_activation", neurons_per_word * ANN_BITS, config.spike_words)
    found = [
        Action("mac", "MAC array", ARITHMETIC, (Operation("multiply", ANN_BITS), Operation("add", config.acc_bits))),
        Action("mac_register", "MAC array", ARITHMETIC, (Operation("register", config.acc_bits),)),
        Action(
            "requantise",
            "MAC array",
            ARITHMETIC,
            (Operation("add", config.acc_bits), Operation("shift", config.acc_bits)),
        ),
    ]
    for memory in (weights, activations):
        for kind in ("read", "write"):
            found.append(
                Action(
                    f"{memory.name}_{kind}",
                    f"{memory.name.removeprefix('ann_')} memory",
                    MEMORY,
                    (Operation(f"sram_{kind}", ANN_BITS, memory.rows),),
                )
            )
    return {action.name: action for action in found}


def _sorting_actions(potentials, largest_window):
    record_bits = formats.EVENT_TIME_BITS + RECORD_INDEX_BITS
    found = [
        Action(
            "sort_compare",
            "sorter",
            ARITHMETIC,
            (Operation("compare", formats.EVENT_TIME_BITS), Operation("register", record_bits)),
        ),
        *(
            Action(f"sort_{kind}", "sort memory", MEMORY, (Operation(f"sram_{kind}", record_bits, largest_window),))
            for kind in ("read", "write")
        ),
        *(
            Action(
                f"potential_{kind}",
                "potential memory",
                MEMORY,
                (Operation(f"sram_{kind}", potentials.bits, potentials.rows),),
            )
            for kind in ("read", "write")
        ),
    ]
    return {action.name: action for action in found}
