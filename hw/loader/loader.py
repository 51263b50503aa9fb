"""Reads the network stream: records become commands, parameters and weights go to their memories."""

from amaranth.hdl import Array, Cat, Const, Module, Mux, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from firstspike.golden import formats
from firstspike.golden.config import bits_for
from firstspike.golden.microarchitecture import PARAMETER_SLOTS
from firstspike.golden.streams import records
from firstspike.golden.streams.records import ErrorCode, Opcode
from firstspike.hw.layouts import LAYER, PASS, record_layout, row_address_bits, row_count_bits
from firstspike.hw.lib.countdown import Countdown
from firstspike.hw.loader.unpacker import Unpacker

COMMAND_BITS = max(LAYER.size, PASS.size)
"""A command is a record without its unused bits."""

END_COMMAND = data.StructLayout({"opcode": 8, "words": 32})


class Loader(wiring.Component):
    """Runs ahead of the array, across layer borders, as far as weight ring, parameter slots and command queue allow.

    Parameters
    ----------
    config : HardwareConfig

    Attributes
    ----------
    net : stream, in
        The network stream: payload `data`, `last`.
    command : stream, out
        Records in order, before the parameters and weights that follow them. An END command carries the number of
        stream words of its run above the opcode.
    parameter_write : Signal, out
        Writes `parameter_data` to row `parameter_address` (slot-major) of the parameter store.
    row_write : Signal, out
        Writes `row_data` (weights of all lanes; with split S each cluster group gets the same row) to `row_address`.
    rows_loaded, rows_freed : Signal, out, in
        Running numbers, modulo their width.
    groups_loaded, groups_released : Signal, out, in
        Running numbers of the output channel groups whose parameters were stored, and may be overwritten.
    error : Signal, out
        `ErrorCode`, or 0. Stays until reset; the loader drops the rest of the stream.
    mid_record : Signal, out
        Words have been accepted that are not used up, so the stream must go on.
    """

    def __init__(self, config):
        self._config = config
        super().__init__(
            {
                "net": In(stream.Signature(data.StructLayout({"data": config.network_bits, "last": 1}))),
                "command": Out(stream.Signature(COMMAND_BITS)),
                "parameter_write": Out(1),
                "parameter_address": Out(bits_for(PARAMETER_SLOTS * (config.lanes // config.encoders))),
                "parameter_data": Out(config.parameter_row_bits),
                "row_write": Out(1),
                "row_address": Out(row_address_bits(config)),
                "row_data": Out(config.lanes * formats.WEIGHT_BITS),
                "rows_loaded": Out(row_count_bits(config)),
                "rows_freed": In(row_count_bits(config)),
                "groups_loaded": Out(bits_for(PARAMETER_SLOTS) + 1),
                "groups_released": In(bits_for(PARAMETER_SLOTS) + 1),
                "error": Out(8),
                "mid_record": Out(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        config = self._config
        lane_bits = formats.WEIGHT_BITS
        splits = config.splits
        row_sizes = [config.lanes // split * lane_bits for split in splits]
        record_size, parameter_size, first_row_size = 0, 1, 2
        m.submodules.unpacker = unpacker = Unpacker(
            config.network_bits, (records.RECORD_BITS, config.parameter_row_bits, *row_sizes)
        )

        # Fields of the record in hand.
        record = Signal(records.RECORD_BITS)
        opcode = record[:8]
        start = data.View(record_layout(Opcode.START), record[: record_layout(Opcode.START).size])
        layer = data.View(LAYER, record[: LAYER.size])
        pass_ = data.View(PASS, record[: PASS.size])

        started = Signal()
        has_layer = Signal()
        split_log2 = Signal(range(len(splits)))
        rows = Countdown(m, 16, "rows")
        parameter_rows = Countdown(m, bits_for(config.lanes // config.encoders + 1), "parameter_rows")
        parameter_row = Signal(range(max(2, config.lanes // config.encoders)))
        needed = Signal(range(first_row_size + len(splits)), init=record_size)  # set with the state
        piece_available = Signal()
        m.d.comb += [
            unpacker.size.eq(needed),
            piece_available.eq(Array(unpacker.available)[needed]),
            self.command.payload.eq(record[:COMMAND_BITS]),
            unpacker.i.payload.eq(self.net.payload),
        ]

        # Pieces are written one cycle after they have been taken, and count as loaded one more cycle later. The flags
        # know of what is taken in this cycle, and of what has been freed one cycle later.
        rows_taken = Signal.like(self.rows_loaded)
        groups_taken = Signal.like(self.groups_loaded)
        takes_row = Signal()
        takes_group = Signal()
        ring_full = Signal()
        slots_full = Signal()
        for full, taken, takes, loaded, freed, size in (
            (ring_full, rows_taken, takes_row, self.rows_loaded, self.rows_freed, config.ring_rows),
            (slots_full, groups_taken, takes_group, self.groups_loaded, self.groups_released, PARAMETER_SLOTS),
        ):
            used = (taken - freed)[: len(taken)]
            m.d.sync += [taken.eq(taken + takes), loaded.eq(taken), full.eq(Mux(takes, used == size - 1, used == size))]

        # Cluster c gets slice c div S of a row.
        head_rows = []
        for split in splits:
            slices = [
                unpacker.head.word_select(cluster // split, config.cluster_row_bits)
                for cluster in range(config.clusters)
            ]
            head_rows.append(Cat(slices))
        m.d.comb += [
            self.row_data.eq(Array(head_rows)[split_log2]),
            self.parameter_data.eq(unpacker.head[: config.parameter_row_bits]),
        ]
        takes_parameters = Signal()
        m.d.sync += [
            self.row_write.eq(takes_row),
            self.parameter_write.eq(takes_parameters),
            self.parameter_address.eq(
                groups_taken[: bits_for(PARAMETER_SLOTS)] * (config.lanes // config.encoders) + parameter_row
            ),
        ]
        with m.If(self.row_write):
            m.d.sync += self.row_address.eq(Mux(self.row_address == config.ring_rows - 1, 0, self.row_address + 1))

        failure = Signal(8)
        layer_fits = Signal()
        pass_fits = Signal()

        # A run's last word has been accepted when END is dispatched, and no word of the next run has.
        words = Signal(32)
        with m.If(unpacker.i.valid & unpacker.i.ready):
            m.d.sync += words.eq(words + 1)

        with m.FSM(name="loader"):
            with m.State("RECORD"):
                m.d.comb += [unpacker.take.eq(piece_available), unpacker.align.eq(1)]
                with m.If(piece_available):
                    m.next = "CAPTURE"
                with m.Elif(unpacker.ended):
                    m.d.comb += failure.eq(ErrorCode.EARLY_END)
            with m.State("CAPTURE"):
                m.d.sync += record.eq(unpacker.head[: records.RECORD_BITS])
                m.next = "CHECK"
            with m.State("CHECK"):
                m.d.sync += [
                    layer_fits.eq(
                        (layer.split_log2 < len(splits))
                        & (layer.kernel_h != 0)
                        & (layer.kernel_w != 0)
                        & (layer.units_h != 0)
                        & (layer.units_w != 0)
                        & (layer.images != 0)
                        & (layer.in_words != 0)
                    ),
                    pass_fits.eq(
                        (pass_.rows != 0)
                        & (pass_.rows <= config.ring_rows)
                        & (pass_.rows_per_tap <= pass_.rows)
                        & (pass_.words != 0)
                        & (pass_.units != 0)
                        & (pass_.channels != 0)
                        & (pass_.channels <= Array(config.lanes // split for split in splits)[split_log2])
                    ),
                ]
                m.next = "DISPATCH"
            with m.State("DISPATCH"):
                with m.If(~started):
                    with m.If(start.magic != records.MAGIC):
                        m.d.comb += failure.eq(ErrorCode.BAD_MAGIC)
                    with m.Elif(opcode != Opcode.START):
                        m.d.comb += failure.eq(ErrorCode.BAD_OPCODE)
                    with m.Elif(start.version != records.STREAM_VERSION):
                        m.d.comb += failure.eq(ErrorCode.BAD_VERSION)
                    with m.Elif(start.fingerprint != config.fingerprint):
                        m.d.comb += failure.eq(ErrorCode.WRONG_CONFIGURATION)
                    with m.Else():
                        m.d.comb += self.command.valid.eq(1)
                        with m.If(self.command.ready):
                            m.d.sync += started.eq(1)
                            m.next = "RECORD"
                with m.Else():
                    with m.Switch(opcode):
                        with m.Case(Opcode.LAYER):
                            with m.If(layer_fits):
                                m.d.comb += self.command.valid.eq(1)
                                m.d.sync += [split_log2.eq(layer.split_log2), has_layer.eq(1)]
                                with m.If(self.command.ready):
                                    m.next = "RECORD"
                            with m.Else():
                                m.d.comb += failure.eq(ErrorCode.BAD_FIELD)
                        with m.Case(Opcode.PASS):
                            with m.If(~has_layer):
                                m.d.comb += failure.eq(ErrorCode.BAD_OPCODE)
                            with m.Elif(pass_fits):
                                m.d.comb += self.command.valid.eq(1)
                                rows.start(pass_.rows - 1)
                                parameter_rows.start(
                                    Array(
                                        Const(config.lanes // split // config.encoders - 1, len(parameter_rows.left))
                                        for split in splits
                                    )[split_log2]
                                )
                                m.d.sync += parameter_row.eq(0)
                                with m.If(self.command.ready):
                                    with m.If(pass_.has_parameters):
                                        m.d.sync += needed.eq(parameter_size)
                                        m.next = "PARAMETERS"
                                    with m.Else():
                                        m.d.sync += needed.eq(first_row_size + split_log2)
                                        m.next = "WEIGHTS"
                            with m.Else():
                                m.d.comb += failure.eq(ErrorCode.BAD_FIELD)
                        with m.Case(Opcode.END):
                            with m.If(unpacker.ended & unpacker.exhausted):
                                m.d.comb += [self.command.valid.eq(1), self.command.payload.eq(Cat(opcode, words))]
                                with m.If(self.command.ready):
                                    m.next = "RESTART"
                            with m.Else():
                                m.d.comb += failure.eq(ErrorCode.LATE_END)
                        with m.Default():
                            m.d.comb += failure.eq(ErrorCode.BAD_OPCODE)
            with m.State("RESTART"):
                m.d.comb += unpacker.restart.eq(1)
                m.d.sync += [started.eq(0), has_layer.eq(0), words.eq(0)]
                m.next = "RECORD"
            with m.State("PARAMETERS"):
                with m.If(~slots_full):
                    with m.If(piece_available):
                        m.d.comb += [
                            unpacker.take.eq(1),
                            unpacker.align.eq(parameter_rows.last),
                            takes_parameters.eq(1),
                            takes_group.eq(parameter_rows.last),
                        ]
                        parameter_rows.count()
                        m.d.sync += parameter_row.eq(parameter_row + 1)
                        with m.If(parameter_rows.last):
                            m.d.sync += needed.eq(first_row_size + split_log2)
                            m.next = "WEIGHTS"
                    with m.Elif(unpacker.ended):
                        m.d.comb += failure.eq(ErrorCode.EARLY_END)
            with m.State("WEIGHTS"):
                with m.If(~ring_full):
                    with m.If(piece_available):
                        m.d.comb += [unpacker.take.eq(1), unpacker.align.eq(rows.last), takes_row.eq(1)]
                        rows.count()
                        with m.If(rows.last):
                            m.d.sync += needed.eq(record_size)
                            m.next = "RECORD"
                    with m.Elif(unpacker.ended):
                        m.d.comb += failure.eq(ErrorCode.EARLY_END)
        with m.If((failure != 0) & (self.error == 0)):
            m.d.sync += self.error.eq(failure)

        m.d.comb += [
            unpacker.i.valid.eq(self.net.valid & (self.error == 0)),
            self.net.ready.eq(unpacker.i.ready | (self.error != 0)),
            self.mid_record.eq(~unpacker.exhausted),
        ]
        return m
