"""What the processor does, as actions with a size, and how often, from its counters."""

from golden import formats
from golden.config import ADDRESS_BITS, PIXELS_PER_WORD, bits_for
from golden.energy import memories, traffic
from golden.energy.operations import ARITHMETIC, DRAM, DRAM_BITS, MEMORY, Action, Operation

PE_ARRAY, GENERATOR, ENCODER = "PE array", "event generator", "spike encoder"

EVENT_FLAGS = 6
"""Event, negative, first and last of a visit, load, drain."""
SLOT_STAGES = 4
"""Pipeline stages in which an event travels beside the PEs."""
OFFSET_BITS = 8
SIGNIFICAND_BITS = formats.FIRE_THRESHOLD_BITS + 1
SPIKE_TIME_BITS = 10
POOL_POSITIONS = 4


def actions(config):
    """Every action of a processor and the operations it is made of.

    A register costs when it takes a value: clock gating of idle registers is assumed, as everywhere in the literature's
    numbers; what else the clock tree takes is the action `clock`.

    Parameters
    ----------
    config : HardwareConfig

    Returns
    -------
    dict of str to Action
    """
    product_bits = config.fraction_bits + 1
    slot_bits = (bits_for(config.ring_rows) + bits_for(config.tile_positions) + formats.EVENT_TIME_BITS + EVENT_FLAGS)
    fire_registers = (config.acc_bits + OFFSET_BITS
                      + SIGNIFICAND_BITS + bits_for(config.acc_bits) + 1 + OFFSET_BITS + formats.SPIKE_BITS)
    digit_bits = PIXELS_PER_WORD * formats.PIXEL_DIGITS
    found = [
        _action("exponent_add", PE_ARRAY, Operation("add", formats.EVENT_TIME_BITS)),
        _action("table_shift", PE_ARRAY, Operation("logic", formats.PRODUCT_TABLE_BITS + 1),
                Operation("shift", product_bits)),
        _action("accumulate_add", PE_ARRAY, Operation("add", config.acc_bits)),
        _action("accumulator_register", PE_ARRAY, Operation("register", config.acc_bits)),
        _action("pe_registers", PE_ARRAY, Operation("register", formats.EVENT_TIME_BITS + 2 + product_bits + 1)),
        _action("event", GENERATOR, Operation("logic", config.spike_word_bits),
                Operation("register", config.word_neurons), Operation("add", bits_for(config.ring_rows)),
                Operation("register", slot_bits, times=SLOT_STAGES)),
        _action("spike_word", GENERATOR, Operation("add", ADDRESS_BITS), Operation("logic", config.spike_word_bits),
                Operation("register", config.spike_word_bits)),
        _action("pixel_word", GENERATOR, Operation("add", ADDRESS_BITS),
                Operation("add", formats.PIXEL_DIGITS, times=PIXELS_PER_WORD),
                Operation("logic", digit_bits, times=2), Operation("register", 2 * digit_bits)),
        _action("encoder_step", ENCODER, Operation("add", config.acc_bits), Operation("logic", config.acc_bits),
                Operation("shift", config.acc_bits),
                Operation("compare", SIGNIFICAND_BITS, times=len(formats.FIRE_THRESHOLDS)),
                Operation("add", SPIKE_TIME_BITS, times=2), Operation("register", fire_registers)),
        _action("pool_compare", ENCODER, Operation("compare", formats.SPIKE_BITS),
                Operation("register", formats.SPIKE_BITS)),
        _action("output_step", ENCODER, Operation("add", config.acc_bits), Operation("register", config.acc_bits)),
        *(access for memory in memories.of(config).values() for access in memory_accesses(memory)),
        *(Action(name, "DRAM", DRAM) for name in DRAM_BITS),
    ]
    return {action.name: action for action in found}


def memory_accesses(memory):
    """The read and the write of a Memory, as actions."""
    component = memory.name.replace("_", " ")
    for kind in ("read", "write"):
        yield Action(f"{memory.name}_{kind}", component, MEMORY,
                     (Operation(f"sram_{kind}", memory.bits, memory.rows),))


def _action(name, component, *operations):
    return Action(name, component, ARITHMETIC, operations)


def occurrences(network, schedule, layer_counts, runs):
    """How often each action occurs in each layer.

    Parameters
    ----------
    network : Network
    schedule : Schedule
        Made for this network.
    layer_counts : list of dict
        Per layer the counters of `golden.counters.OPERATIONS`, summed over its layer runs and over `runs` runs.
    runs : int
        Runs of the schedule.

    Returns
    -------
    list of dict of str to int
        Per layer, by the names of `actions`.
    """
    streams = traffic.bits(network, schedule)
    return [_occurrences(network, schedule, index, counts, runs, streams[index])
            for index, counts in enumerate(layer_counts)]


def _occurrences(network, schedule, index, counts, runs, stream_bits):
    config, layer = schedule.config, network.layers[index]
    layer_runs = [run for run in schedule.runs if run.layer == index]
    pooled = POOL_POSITIONS if layer.pool else 1
    clocked_lanes = counts["weight_reads"] * config.cluster_lanes
    encoded = (counts["spikes"] + counts["silent_neurons"]) * pooled
    words = traffic.image_words(network) * sum(run.images for run in layer_runs) if index == 0 else 0
    return {
        "exponent_add": counts["sops"],
        "table_shift": counts["sops"],
        "accumulate_add": counts["sops"],
        "accumulator_register": clocked_lanes,
        "pe_registers": clocked_lanes,
        "event": counts["events"],
        "spike_word": counts["spike_words_read"],
        "pixel_word": counts["image_words_read"],
        "encoder_step": encoded,
        "pool_compare": encoded if layer.pool else 0,
        "output_step": 0 if layer.fires else runs * layer.out_channels * sum(run.images for run in layer_runs),
        "weight_ring_read": counts["weight_reads"],
        # with a split every cluster group keeps its own copy of the row
        "weight_ring_write": counts["weight_rows"] * config.clusters,
        "spike_buffer_read": counts["spike_words_read"],
        "spike_buffer_write": counts["spike_words_written"],
        "image_buffer_read": counts["image_words_read"],
        "image_buffer_write": runs * words,
        "partial_sums_read": counts["partial_sums_read"],
        "partial_sums_write": counts["partial_sums_written"],
        "drain_memory_read": counts["potentials_drained"],
        "drain_memory_write": counts["potentials_drained"],
        "parameter_store_read": runs * sum(_parameter_reads(config, run, pooled) for run in layer_runs),
        "parameter_store_write": runs * sum(
            traffic.parameter_rows(config, run) * sum(sweep.has_parameters for sweep in run.passes)
            for run in layer_runs),
        **{name: runs * count for name, count in stream_bits.items()},
    }


def _parameter_reads(config, run, pooled):
    """One row for every `encoders` channels of a cluster and every finished position."""
    reads = 0
    for sweep in run.passes:
        if sweep.last_chunk:
            slices = range(0, sweep.channels, config.cluster_lanes)
            rows = sum(-(-min(config.cluster_lanes, sweep.channels - first) // config.encoders) for first in slices)
            reads += sweep.units * pooled * rows
    return reads
