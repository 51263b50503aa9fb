"""Executes the commands: starts layers and passes, frees what they used, ends the run."""

from amaranth.hdl import Cat, Module, Mux, Signal
from amaranth.lib import data, enum, stream, wiring
from amaranth.lib.wiring import In, Out

from firstspike.golden.config import ADDRESS_BITS, bits_for
from firstspike.golden.microarchitecture import PARAMETER_SLOTS, PASSES_IN_FLIGHT
from firstspike.golden.streams.records import ErrorCode, InputKind, Opcode
from firstspike.hw.layouts import LAYER, PASS, PassCommand, row_address_bits, row_count_bits
from firstspike.hw.lib.queue import Queue
from firstspike.hw.loader.loader import COMMAND_BITS, END_COMMAND

OPEN_PASS = data.StructLayout({"rows": 16, "opens_group": 1})
RUN_SUMMARY = data.StructLayout({"network_words": 32, "image_words": 32, "cycles": 32})


class Idle(enum.Enum, shape=3):
    """Why a cluster group without a pass has none."""

    BORDER = 0
    WAIT_WEIGHTS = 1
    WAIT_GROUP = 2
    WAIT_IMAGE = 3
    WAIT_RESULT = 4


class Sequencer(wiring.Component):
    """One command at a time; passes overlap, layers do not.

    Parameters
    ----------
    config : HardwareConfig

    Attributes
    ----------
    command : stream, in
    layer : Signal(LAYER), out
        The layer that is running.
    run_index : Signal(16), out
        Layer runs since START, the first is 0.
    pass_ : PassCommand, out
    pass_valid, pass_ready : Signal(clusters), out, in
        Handshake with each event generator; all generators of a pass take it in the same cycle.
    generators_busy, pass_done : Signal(clusters), in
    encoder_busy, encoder_blocked : Signal, in
    slot_busy : Signal, in
        See `SpikeEncoder`.
    rows_loaded, groups_loaded : Signal, in
    rows_freed, groups_released : Signal, out
        See `Loader`.
    image_complete, image_length, image_overflow, image_release
        See `ImageBuffer`.
    snapshot : Signal, out
        The layer run is over: send its counters.
    clear : Signal, out
        A run begins.
    counters_busy : Signal, in
        Counters of the last snapshot are still being sent.
    summary : stream of RUN_SUMMARY, out
    error : Signal, out
        `ErrorCode`, or 0.
    idle : Idle, out
    running : Signal, out
        Between START and the summary.
    """

    def __init__(self, config):
        self._config = config
        groups = bits_for(PARAMETER_SLOTS) + 1
        super().__init__(
            {
                "command": In(stream.Signature(COMMAND_BITS)),
                "layer": Out(LAYER),
                "run_index": Out(16),
                "pass_": Out(PassCommand(config)),
                "pass_valid": Out(config.clusters),
                "pass_ready": In(config.clusters),
                "generators_busy": In(config.clusters),
                "pass_done": In(config.clusters),
                "encoder_busy": In(1),
                "encoder_blocked": In(1),
                "slot_busy": In(PARAMETER_SLOTS),
                "rows_loaded": In(row_count_bits(config)),
                "groups_loaded": In(groups),
                "rows_freed": Out(row_count_bits(config)),
                "groups_released": Out(groups),
                "image_complete": In(1),
                "image_length": In(ADDRESS_BITS),
                "image_overflow": In(1),
                "image_release": Out(1),
                "snapshot": Out(1),
                "clear": Out(1),
                "counters_busy": In(1),
                "summary": Out(stream.Signature(RUN_SUMMARY)),
                "error": Out(8),
                "idle": Out(Idle),
                "running": Out(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        config = self._config
        clusters = config.clusters
        opcode = self.command.payload[:8]
        next_layer = data.View(LAYER, self.command.payload[: LAYER.size])
        next_pass = data.View(PASS, self.command.payload[: PASS.size])

        # Passes that have been started and not yet finished by every cluster group, oldest first.
        m.submodules.open_passes = open_passes = Queue(OPEN_PASS, PASSES_IN_FLIGHT)
        groups_opened = Signal.like(self.groups_released)  # groups whose first pass is finished
        groups_started = Signal.like(self.groups_released)

        groups_of_layer = Signal(clusters, init=1)  # set with the layer
        finished = Signal(clusters)
        for g in range(clusters):
            ahead = Signal(range(PASSES_IN_FLIGHT + 1), name=f"passes_finished_{g}")
            m.d.comb += finished[g].eq((ahead != 0) | ~groups_of_layer[g])
            m.d.sync += ahead.eq(ahead + self.pass_done[g] - (groups_of_layer[g] & open_passes.o.ready))
        freed = Signal.like(self.rows_freed)
        # A pass of empty visits can end before its rows have arrived. A register, which knows nothing yet of a pass that
        # became the oldest one in the cycle before.
        all_loaded = Signal()
        m.d.sync += all_loaded.eq(
            open_passes.o.valid & ~open_passes.o.ready & ~(self.rows_loaded - freed)[len(freed) - 1]
        )
        m.d.comb += [
            freed.eq(self.rows_freed + open_passes.o.payload.rows),
            open_passes.o.ready.eq(open_passes.o.valid & finished.all() & all_loaded),
        ]
        with m.If(open_passes.o.ready):
            m.d.sync += [self.rows_freed.eq(freed), groups_opened.eq(groups_opened + open_passes.o.payload.opens_group)]
        # A group's parameters are free once a later group's first pass is finished and the encoder is past them.
        surplus = Signal.like(groups_opened)
        oldest_busy = Signal()
        m.d.comb += [
            surplus.eq(groups_opened - self.groups_released),
            oldest_busy.eq(self.slot_busy.bit_select(self.groups_released[: bits_for(PARAMETER_SLOTS)], 1)),
        ]
        with m.If((surplus >= 2) & ~oldest_busy):
            m.d.sync += self.groups_released.eq(self.groups_released + 1)

        # Where the next pass stands in the weight ring.
        row_address = Signal(row_address_bits(config))
        row_count = Signal(row_count_bits(config))
        end_row = Signal(range(2 * config.ring_rows + 1))
        slot = Signal(bits_for(PARAMETER_SLOTS))
        current_slot = Signal(bits_for(PARAMETER_SLOTS))
        parameters_loaded = Signal()
        m.d.comb += [
            end_row.eq(row_address + next_pass.rows),
            slot.eq(Mux(next_pass.has_parameters, groups_started, current_slot)),
            parameters_loaded.eq(~next_pass.has_parameters | (self.groups_loaded != groups_started)),
            self.pass_.fields.eq(next_pass),
            self.pass_.row_address.eq(row_address),
            self.pass_.row_count.eq(row_count),
            self.pass_.slot.eq(slot),
            open_passes.i.payload.rows.eq(next_pass.rows),
            open_passes.i.payload.opens_group.eq(next_pass.has_parameters),
        ]

        # Nothing of the layer is under way. A register, because so many blocks take part; a command that has just been
        # taken may have begun something.
        quiet = Signal()
        m.d.sync += quiet.eq(
            ~open_passes.o.valid
            & ~self.generators_busy.any()
            & ~self.encoder_busy
            & ~self.counters_busy
            & ~(self.command.valid & self.command.ready)
        )

        cycles = Signal(32)
        image_words = Signal(32)
        m.d.sync += cycles.eq(cycles + 1)
        with m.If(self.image_release):
            m.d.sync += image_words.eq(image_words + self.image_length)
        network_words = Signal(32)
        first_layer = Signal()
        m.d.comb += [
            self.summary.payload.network_words.eq(network_words),
            self.summary.payload.image_words.eq(image_words),
        ]
        run_cycles = Signal(32)
        m.d.comb += self.summary.payload.cycles.eq(run_cycles)

        with m.FSM(name="sequencer") as fsm:
            m.d.comb += self.running.eq(~fsm.ongoing("IDLE"))
            with m.State("IDLE"):
                # The loader lets nothing but START begin a run.
                m.d.comb += self.command.ready.eq(1)
                with m.If(self.command.valid):
                    m.d.comb += self.clear.eq(1)
                    m.d.sync += [cycles.eq(1), image_words.eq(0), first_layer.eq(1), self.run_index.eq(2**16 - 1)]
                    m.next = "COMMAND"

            with m.State("COMMAND"):
                with m.If(~self.command.valid):
                    m.d.comb += self.idle.eq(Idle.WAIT_WEIGHTS)
                with m.Elif(opcode == Opcode.PASS):
                    with m.If(~parameters_loaded):
                        m.d.comb += self.idle.eq(Idle.WAIT_WEIGHTS)
                    with m.Elif(~open_passes.i.ready | (groups_of_layer & ~self.pass_ready).any()):
                        m.d.comb += self.idle.eq(Idle.WAIT_GROUP)
                    with m.Else():
                        m.d.comb += [
                            self.command.ready.eq(1),
                            self.pass_valid.eq(groups_of_layer),
                            open_passes.i.valid.eq(1),
                            self.idle.eq(Idle.BORDER),
                        ]
                        m.d.sync += [
                            row_address.eq(Mux(end_row >= config.ring_rows, end_row - config.ring_rows, end_row)),
                            row_count.eq(row_count + next_pass.rows),
                            current_slot.eq(slot),
                            groups_started.eq(groups_started + next_pass.has_parameters),
                        ]
                with m.Else():
                    m.d.comb += self.idle.eq(
                        Mux(
                            self.encoder_blocked | self.counters_busy,
                            Idle.WAIT_RESULT,
                            Mux(self.generators_busy.any(), Idle.WAIT_GROUP, Idle.BORDER),
                        )
                    )
                    with m.If(quiet):
                        m.d.comb += [
                            self.command.ready.eq(1),
                            self.snapshot.eq(~first_layer),
                            self.image_release.eq(~first_layer & self.layer.release_image),
                        ]
                        m.d.sync += first_layer.eq(0)
                        with m.If(opcode == Opcode.LAYER):
                            m.d.sync += [
                                self.layer.eq(next_layer),
                                groups_of_layer.eq(Cat(g >> next_layer.split_log2 == 0 for g in range(clusters))),
                                self.run_index.eq(self.run_index + 1),
                            ]
                            with m.If(next_layer.input_kind != InputKind.SPIKES):
                                m.next = "IMAGE"
                        with m.Else():
                            m.d.sync += [
                                network_words.eq(
                                    data.View(END_COMMAND, self.command.payload[: END_COMMAND.size]).words
                                ),
                                run_cycles.eq(cycles),
                            ]
                            m.next = "SUMMARY"

            with m.State("IMAGE"):
                m.d.comb += self.idle.eq(Idle.WAIT_IMAGE)
                with m.If(self.image_complete):
                    with m.If(self.image_length == self.layer.in_image_stride):
                        m.next = "COMMAND"
                    with m.Else():
                        m.d.sync += self.error.eq(ErrorCode.IMAGE_LENGTH)
                with m.Elif(self.image_overflow):
                    m.d.sync += self.error.eq(ErrorCode.IMAGE_LENGTH)

            with m.State("SUMMARY"):
                # The counters of the last layer run go first.
                m.d.comb += self.summary.valid.eq(~self.counters_busy)
                with m.If(self.summary.valid & self.summary.ready):
                    m.next = "IDLE"
        return m
