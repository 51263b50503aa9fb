"""The vocabulary of energy tables: primitive operations, and the actions that are made of them."""

from dataclasses import dataclass

LOGIC_OPERATIONS = ("add", "multiply", "compare", "shift", "logic", "register")
"""Priced by width: integer addition and multiplication, comparison of two numbers, barrel shift, bitwise operation (or
one level of multiplexers), and one clock of flip-flops."""

SRAM = ("sram_read", "sram_write")
LEAKAGE = "sram_leakage"
POWERS = (LEAKAGE,)
"""Priced as a power and multiplied by time."""

ARITHMETIC, MEMORY, DRAM, STANDING = "arithmetic", "on-chip memory", "DRAM", "clock and leakage"
GROUPS = (ARITHMETIC, MEMORY, DRAM, STANDING)

CLOCK = "clock"
DRAM_BITS = ("dram_network_bit", "dram_image_bit", "dram_result_bit")

DESCRIPTIONS = {
    "network_word": "one word of the network stream enters the unpacker",
    "network_row": "one weight or parameter row leaves the unpacker: the words behind it move up",
    "visit": "one position in one pass begins: addresses, coordinates",
    "spike_word": "one word of the spike buffer: address, comparison with SILENT, word queue",
    "pixel_word": "one word of the image buffer: address, signed digits of four pixels, word queue",
    "event": "one event: selected from its word, its weight row located",
    "event_slot": "one event beside the PEs of one cluster",
    "exponent_add": "e = 2m + t of one synaptic operation",
    "table_shift": "table entry, selected and shifted, of one synaptic operation",
    "accumulate_add": "addition to the membrane potential, one synaptic operation",
    "accumulator_register": "a PE's membrane potential takes a value, one synaptic operation",
    "pe_registers": "a PE's pipeline registers (exponent, product) take values, one synaptic operation",
    "potential_restart": "a cluster's potentials start from zero or from their partial sums",
    "finished_position": "what the encoder knows of a cluster's finished position: queue, in hand",
    "encoder_slice": "`encoders` channels of a position: their potentials and parameters, and what travels beside them",
    "encoder_step": "one potential to a spike time: bias, leading one, thresholds, channel offset",
    "pool_compare": "the earliest spike of a pool window so far, and its register",
    "spike_word_assembly": "one word for the spike buffer, slice by slice, and its address",
    "output_step": "one potential of the output layer: bias and register",
    "weight_ring_read": "one cluster's part of a weight row",
    "weight_ring_write": "one cluster's part of a weight row",
    "spike_buffer_read": "one word",
    "spike_buffer_write": "one word",
    "image_buffer_read": "one word of four pixels",
    "image_buffer_write": "one word of four pixels",
    "partial_sums_read": "one position's potentials of a cluster",
    "partial_sums_write": "one position's potentials of a cluster",
    "drain_memory_read": "one position's finished potentials of a cluster",
    "drain_memory_write": "one position's finished potentials of a cluster",
    "parameter_store_read": "biases and offsets of `encoders` channels",
    "parameter_store_write": "biases and offsets of `encoders` channels",
    "dram_network_bit": "one bit of the network stream (commands, biases, offsets, weights)",
    "dram_image_bit": "one bit of the image stream",
    "dram_result_bit": "one bit of the result stream",
    CLOCK: "one cycle of the clock tree and of all flip-flops that are not counted elsewhere",
    LEAKAGE: "leakage of all memories in one cycle",
    "mac": "8-bit multiply-accumulate of the dense ANN",
    "mac_register": "one clock of the dense ANN's accumulator",
    "requantise": "one output of the dense ANN to 8 bits",
    "ann_weight_read": "one 8-bit weight, as its share of a row",
    "ann_weight_write": "one 8-bit weight, as its share of a row",
    "ann_activation_read": "one 8-bit activation, as its share of a word",
    "ann_activation_write": "one 8-bit activation, as its share of a word",
    "sort_compare": "one step of the merge sort of an event",
    "sort_read": "one event record of the sort memory",
    "sort_write": "one event record of the sort memory",
    "potential_read": "one cluster's potentials, read for every event",
    "potential_write": "one cluster's potentials, written for every event",
}
"""Actions by name; a table may price any of them directly instead of the operations they are made of."""

ALL_NAMES = (*LOGIC_OPERATIONS, *SRAM, *DESCRIPTIONS)


@dataclass(frozen=True)
class Operation:
    """`times` primitive operations of `bits` bits; `rows` is the depth of the memory for SRAM operations."""

    name: str
    bits: int
    rows: int | None = None
    times: int = 1


@dataclass(frozen=True)
class Action:
    """Something the hardware does and that has a price.

    Attributes
    ----------
    name : str
        A key of `DESCRIPTIONS`.
    component : str
        Part of the processor it happens in.
    group : str
        One of `GROUPS`.
    made_of : tuple of Operation
        What it costs where the table has no price of its own for it.
    """

    name: str
    component: str
    group: str
    made_of: tuple = ()
