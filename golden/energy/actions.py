"""What the processor does, as actions with a size, and how often, from its counters."""

from firstspike.golden import formats
from firstspike.golden.codes import pixel_digits, ttfs
from firstspike.golden.config import ADDRESS_BITS, PIXELS_PER_WORD, bits_for
from firstspike.golden.energy import memories, registers, traffic
from firstspike.golden.energy.operations import ARITHMETIC, DRAM, DRAM_BITS, MEMORY, Action, Operation
from firstspike.golden.microarchitecture import OFFSET_BITS

LOADER, PE_ARRAY, GENERATOR, ENCODER = "loader", "PE array", "event generator", "spike encoder"

PE_FLAGS = 4
"""In each of the first two stages of a PE: contributes, subtract."""
SLOT_STAGES = 5
"""Registers through which a slot travels: on its way to the cluster, and beside the PEs."""
EVENT_STAGES = 3
"""Registers of an event: picked, in the event queue, waiting for its issue."""
STEP_STAGES = 3
"""Registers of a step: in the step queue, and while its word is read."""
WORD_STAGES = 4
"""Registers of a word with events: decoded, held until its successor is known, in the word queue, taken apart."""
POSITION_STAGES = 2
"""Registers of a finished position: in the drain queue, in hand."""
ENCODER_STAGES = 7
"""Registers of the encoder beside and before the fire units."""
COORDINATE_BITS, WORD_INDEX_BITS, UNIT_BITS, CHANNEL_BITS = 12, 12, 16, 16
SIGNIFICAND_BITS = ttfs.FIRE_THRESHOLD_BITS + 1
SPIKE_TIME_BITS = 10


def actions(config):
    """Every action of a processor and the operations it is made of.

    A register costs when it takes a value: clock gating of idle registers is assumed, as everywhere in the literature's
    numbers; what else the clock tree takes is the action `clock`. Left out is what works once a pass or run
    (sequencer, command queue, results), and the counters, which can be left out of the Verilog.

    Parameters
    ----------
    config : HardwareConfig

    Returns
    -------
    dict of str to Action
    """
    found = [
        *_loader(config),
        *_event_generator(config),
        *_pe_array(config),
        *_spike_encoder(config),
        *(access for memory in memories.of(config).values() for access in memory_accesses(memory)),
        *(Action(name, "DRAM", DRAM) for name in DRAM_BITS),
    ]
    return {action.name: action for action in found}


def _loader(config):
    # Arrived, then at its place behind the words that are left.
    yield _action("network_word", LOADER, Operation("register", config.network_bits, times=2))
    # All words of the shift register move up when the first leaves it; multiplexers bring the piece to its place.
    yield _action(
        "network_row",
        LOADER,
        Operation("register", config.network_bits, times=registers.unpacker_words(config) - 1),
        Operation("logic", registers.largest_piece(config), times=bits_for(registers.piece_offsets(config))),
    )


def _event_generator(config):
    row, count = registers.row_address(config), registers.row_count(config)
    channel_bits = bits_for(max(config.word_neurons, PIXELS_PER_WORD))
    digit_bits = PIXELS_PER_WORD * pixel_digits.DIGITS
    step = (
        Operation("add", ADDRESS_BITS),
        Operation("add", WORD_INDEX_BITS),
        Operation("add", row, times=2),
        Operation("compare", row),
        Operation("add", count),
        Operation("register", ADDRESS_BITS + WORD_INDEX_BITS + row + count),
        Operation("register", registers.walk_step(config), times=STEP_STAGES),
    )
    travel = (
        Operation("add", registers.candidates(config)),  # counts its events
        Operation("register", registers.event_word(config), times=WORD_STAGES),
    )
    yield _action(
        "visit",
        GENERATOR,
        Operation("add", ADDRESS_BITS, times=4),
        Operation("add", COORDINATE_BITS, times=2),
        Operation("compare", COORDINATE_BITS, times=2),
        Operation("add", UNIT_BITS),
        Operation(
            "register", 5 * ADDRESS_BITS + 3 * COORDINATE_BITS + UNIT_BITS + 2 * (row + count) + registers.visit(config)
        ),
    )
    yield _action(
        "spike_word",
        GENERATOR,
        *step,
        Operation("logic", config.spike_word_bits),
        Operation("register", config.spike_word_bits),
        *travel,
    )
    yield _action(
        "pixel_word",
        GENERATOR,
        *step,
        Operation("add", pixel_digits.DIGITS, times=PIXELS_PER_WORD),
        Operation("logic", digit_bits, times=2),
        Operation("register", PIXELS_PER_WORD * formats.PIXEL_BITS),
        *travel,
    )
    yield _action(
        "event",
        GENERATOR,
        # the lowest candidate and those that are left; its time and channel
        Operation("add", registers.candidates(config)),
        Operation("logic", registers.candidates(config), times=2),
        Operation("register", registers.candidates(config) + registers.event_count(config)),
        Operation("logic", registers.payload(config)),
        Operation("logic", config.word_neurons * channel_bits),
        # its weight row, and whether that has arrived: asked on the way to the issue and again there
        Operation("add", row, times=2),
        Operation("compare", row),
        Operation("add", count, times=3),
        Operation("register", channel_bits),
        Operation("register", registers.event(config), times=EVENT_STAGES),
    )


def _pe_array(config):
    product_bits = config.fraction_bits + 1
    potentials = config.cluster_lanes * config.acc_bits
    yield _action("event_slot", PE_ARRAY, Operation("register", registers.slot(config), times=SLOT_STAGES))
    yield _action("exponent_add", PE_ARRAY, Operation("add", formats.EVENT_TIME_BITS))
    yield _action(
        "table_shift", PE_ARRAY, Operation("logic", formats.PRODUCT_TABLE_BITS + 1), Operation("shift", product_bits)
    )
    # The product or its complement, added to the potential or to the base of the visit.
    yield _action(
        "accumulate_add", PE_ARRAY, Operation("logic", config.acc_bits, times=2), Operation("add", config.acc_bits)
    )
    yield _action("accumulator_register", PE_ARRAY, Operation("register", config.acc_bits))
    yield _action("pe_registers", PE_ARRAY, Operation("register", formats.EVENT_TIME_BITS + product_bits + PE_FLAGS))
    yield _action(
        "potential_restart", PE_ARRAY, Operation("logic", potentials), Operation("register", potentials, times=2)
    )


def _spike_encoder(config):
    slices = config.cluster_lanes // config.encoders
    companions = (
        1 + registers.drain_tag() + bits_for(slices) + bits_for(config.clusters) + bits_for(config.cluster_lanes + 1)
    )
    fire_registers = (
        config.acc_bits
        + OFFSET_BITS  # potential with bias
        + max(config.acc_bits - 1, SIGNIFICAND_BITS)
        + 2
        + 1
        + OFFSET_BITS  # leading one, large shifts
        + SIGNIFICAND_BITS
        + bits_for(config.acc_bits)
        + 1
        + OFFSET_BITS  # leading one, small shifts
        + bits_for(len(ttfs.FIRE_THRESHOLDS) + 1)
        + SPIKE_TIME_BITS
        + 1  # thresholds
        + formats.SPIKE_BITS
    )
    yield _action(
        "finished_position",
        ENCODER,
        # the channels that exist in the cluster
        Operation("add", CHANNEL_BITS),
        Operation("compare", CHANNEL_BITS, times=2),
        Operation("register", registers.drain_tag() + bits_for(config.cluster_lanes + 1), times=POSITION_STAGES),
    )
    yield _action(
        "encoder_slice",
        ENCODER,
        Operation("register", companions, times=ENCODER_STAGES),
        Operation("register", config.encoders * (config.acc_bits + formats.PARAMETER_BITS)),
    )
    yield _action(
        "encoder_step",
        ENCODER,
        Operation("add", config.acc_bits),
        Operation("logic", config.acc_bits),
        Operation("shift", config.acc_bits),
        Operation("compare", SIGNIFICAND_BITS, times=len(ttfs.FIRE_THRESHOLDS)),
        Operation("add", SPIKE_TIME_BITS, times=3),
        Operation("compare", SPIKE_TIME_BITS),
        Operation("register", fire_registers),
    )
    yield _action(
        "pool_compare", ENCODER, Operation("compare", formats.SPIKE_BITS), Operation("register", formats.SPIKE_BITS)
    )
    yield _action(
        "spike_word_assembly",
        ENCODER,
        Operation("add", ADDRESS_BITS),
        Operation("logic", config.spike_word_bits),
        Operation("register", config.spike_word_bits, times=config.word_neurons // config.encoders),
        Operation("register", config.spike_word_bits + ADDRESS_BITS),
    )
    yield _action("output_step", ENCODER, Operation("add", config.acc_bits), Operation("register", config.acc_bits))


def memory_accesses(memory):
    """The read and the write of a Memory, as actions."""
    component = memory.name.replace("_", " ")
    for kind in ("read", "write"):
        yield Action(f"{memory.name}_{kind}", component, MEMORY, (Operation(f"sram_{kind}", memory.bits, memory.rows),))


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
        Per layer the counters of `golden.counting.counters.OPERATIONS`, summed over its layer runs and over `runs` runs.
    runs : int
        Runs of the schedule.

    Returns
    -------
    list of dict of str to int
        Per layer, by the names of `actions`.
    """
    streams = traffic.bits(network, schedule)
    return [
        _occurrences(network, schedule, index, counts, runs, streams[index])
        for index, counts in enumerate(layer_counts)
    ]


def _occurrences(network, schedule, index, counts, runs, stream_bits):
    config, layer = schedule.config, network.layers[index]
    layer_runs = [run for run in schedule.runs if run.layer == index]
    visits = layer.unit_window.positions
    images = sum(run.images for run in layer_runs)
    encoder_slices = runs * sum(_encoder_slices(config, layer, run) for run in layer_runs)
    encoded = encoder_slices * config.encoders if layer.fires else 0
    parameter_rows = runs * sum(
        traffic.parameter_rows(config, run) * sum(pass_.has_parameters for pass_ in run.passes) for run in layer_runs
    )
    return {
        "network_word": runs * stream_bits["dram_network_bit"] // config.network_bits,
        "network_row": counts["weight_rows"] + parameter_rows,
        "visit": runs * visits * sum(pass_.units for run in layer_runs for pass_ in run.passes),
        "spike_word": counts["spike_words_read"],
        "pixel_word": counts["image_words_read"],
        "event": counts["events"],
        "event_slot": counts["weight_reads"],
        "exponent_add": counts["sops"],
        "table_shift": counts["sops"],
        "accumulate_add": counts["sops"],
        "accumulator_register": counts["sops"],
        "pe_registers": counts["sops"],
        # every visit ends with potentials that are stored or drained
        "potential_restart": counts["partial_sums_written"] + counts["potentials_drained"],
        "finished_position": counts["potentials_drained"],
        "encoder_slice": encoder_slices,
        "encoder_step": encoded,
        "pool_compare": encoded if layer.pool else 0,
        "spike_word_assembly": counts["spike_words_written"],
        "output_step": 0 if layer.fires else runs * layer.out_channels * images,
        "weight_ring_read": counts["weight_reads"],
        # with a split every cluster group keeps its own copy of the row
        "weight_ring_write": counts["weight_rows"] * config.clusters,
        "spike_buffer_read": counts["spike_words_read"],
        "spike_buffer_write": counts["spike_words_written"],
        "image_buffer_read": counts["image_words_read"],
        "image_buffer_write": runs * images * traffic.image_words(network) if index == 0 else 0,
        "partial_sums_read": counts["partial_sums_read"],
        "partial_sums_write": counts["partial_sums_written"],
        "drain_memory_read": counts["potentials_drained"],
        "drain_memory_write": counts["potentials_drained"],
        "parameter_store_read": encoder_slices,
        "parameter_store_write": parameter_rows,
        **{name: runs * count for name, count in stream_bits.items()},
    }


def _encoder_slices(config, layer, run):
    """Groups of `encoders` channels that the encoder takes from a cluster: of whole words where the layer fires."""
    granularity = config.word_neurons if layer.fires else config.encoders
    slices = 0
    for pass_ in run.passes:
        if pass_.last_chunk:
            clusters = range(0, pass_.channels, config.cluster_lanes)
            groups = sum(-(-min(config.cluster_lanes, pass_.channels - first) // granularity) for first in clusters)
            slices += pass_.units * layer.unit_window.positions * groups * (granularity // config.encoders)
    return slices
