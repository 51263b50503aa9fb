"""A group of PEs with the memories that belong to it."""

from amaranth.hdl import Cat, Module, Mux, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from firstspike.golden import formats
from firstspike.golden.config import NO_PROTECTION, bits_for
from firstspike.hw.array.pe import PE
from firstspike.hw.layouts import Slot, row_address_bits
from firstspike.hw.memory.protected_sram import corrections, errors, memory


class Cluster(wiring.Component):
    """`cluster_lanes` PEs that receive the same events, their bank of the weight ring, their stored potentials.

    Nothing stalls after a slot has entered; the issuer sees to it that weights are there and that potentials have room.

    Parameters
    ----------
    config : HardwareConfig

    Attributes
    ----------
    row_write, row_address, row_data : Signal, in
        Write port of the weight ring.
    slot, slot_valid : in
        Event slot to begin in this cycle.
    potentials_stored : Signal, out
        A finished position has entered the drain memory, behind the earlier ones.
    potentials_read : Signal, in
        Read the oldest finished position, whose place becomes free.
    potentials : Signal(cluster_lanes * acc_bits), out
        Membrane potentials without bias, one cycle after `potentials_read`, until the next one.
    partial_sum_read, partial_sum_write : Signal, out
        For the operation counters.
    memory_error, memory_corrected : Signal, out
        A word read was wrong, or has been corrected; only if some memory of the cluster is protected.
    """

    def __init__(self, config):
        self._config = config
        protected = {config.weight_protection, config.potential_protection} != {NO_PROTECTION}
        super().__init__(
            {
                "row_write": In(1),
                "row_address": In(row_address_bits(config)),
                "row_data": In(config.cluster_row_bits),
                "slot": In(Slot(config)),
                "slot_valid": In(1),
                "potentials_stored": Out(1),
                "potentials_read": In(1),
                "potentials": Out(config.cluster_lanes * config.acc_bits),
                "partial_sum_read": Out(1),
                "partial_sum_write": Out(1),
                **({"memory_error": Out(1), "memory_corrected": Out(1)} if protected else {}),
            }
        )

    def elaborate(self, platform):
        m = Module()
        config = self._config
        row_bits = config.cluster_lanes * config.acc_bits
        m.submodules.weight_ring = ring = memory(config.cluster_row_bits, config.ring_rows, config.weight_protection)
        m.submodules.partial_sums = partial_sums = memory(row_bits, config.tile_positions, config.potential_protection)
        m.submodules.drain_memory = drain_memory = memory(row_bits, config.drain_positions, config.potential_protection)

        # The slot travels beside the PEs: stage 0 reads the weight row, 1 to 3 are the PE's, 4 stores.
        slots = [self.slot] + [Signal(Slot(config), name=f"slot_{stage}") for stage in (1, 2, 3, 4)]
        valid = [self.slot_valid] + [Signal(name=f"slot_valid_{stage}") for stage in (1, 2, 3, 4)]
        for stage in range(PE.LATENCY + 1):
            m.d.sync += valid[stage + 1].eq(valid[stage])
            with m.If(valid[stage]):
                m.d.sync += slots[stage + 1].eq(slots[stage])

        loads = Signal()  # stage 1: the partial sum is read, to be in a register for stage 3
        loaded = Signal(row_bits)
        ends = Signal()  # stage 4
        with m.If(valid[2] & slots[2].first):
            m.d.sync += loaded.eq(Mux(slots[2].load, partial_sums.read_data, 0))
        m.d.comb += [loads.eq(valid[1] & slots[1].first & slots[1].load), ends.eq(valid[4] & slots[4].last)]

        potentials = []
        for lane in range(config.cluster_lanes):
            m.submodules[f"pe_{lane}"] = pe = PE(config.fraction_bits, config.acc_bits)
            m.d.comb += [
                pe.weight.eq(ring.read_data.word_select(lane, formats.WEIGHT_BITS)),
                pe.event_time.eq(slots[1].event_time),
                pe.negative.eq(slots[1].negative),
                pe.is_event.eq(valid[1] & slots[1].is_event),
                pe.accumulate.eq(valid[3]),
                pe.restart.eq(slots[3].first),
                pe.base.eq(loaded.word_select(lane, config.acc_bits)),
            ]
            potentials.append(pe.potential)

        write_position = Signal(bits_for(config.drain_positions))
        read_position = Signal(bits_for(config.drain_positions))

        def advance(position):
            return position.eq(Mux(position == config.drain_positions - 1, 0, position + 1))

        m.d.comb += [
            ring.write_enable.eq(self.row_write),
            ring.write_address.eq(self.row_address),
            ring.write_data.eq(self.row_data),
            ring.read_enable.eq(self.slot_valid & self.slot.is_event),
            ring.read_address.eq(self.slot.row_address),
            partial_sums.read_enable.eq(loads),
            partial_sums.read_address.eq(slots[1].partial_sum),
            partial_sums.write_enable.eq(ends & ~slots[4].drain),
            partial_sums.write_address.eq(slots[4].partial_sum),
            partial_sums.write_data.eq(Cat(potentials)),
            drain_memory.write_enable.eq(ends & slots[4].drain),
            drain_memory.write_address.eq(write_position),
            drain_memory.write_data.eq(Cat(potentials)),
            drain_memory.read_enable.eq(self.potentials_read),
            drain_memory.read_address.eq(read_position),
            self.potentials.eq(drain_memory.read_data),
            self.potentials_stored.eq(drain_memory.write_enable),
            self.partial_sum_read.eq(loads),
            self.partial_sum_write.eq(partial_sums.write_enable),
        ]
        with m.If(drain_memory.write_enable):
            m.d.sync += advance(write_position)
        with m.If(self.potentials_read):
            m.d.sync += advance(read_position)
        if "memory_error" in self.signature.members:
            m.d.comb += [
                self.memory_error.eq(errors(ring, partial_sums, drain_memory)),
                self.memory_corrected.eq(corrections(ring, partial_sums, drain_memory)),
            ]
        return m
