"""First half of the event generator: walks a pass's units, positions, kernel taps and words."""

from amaranth.hdl import Module, Mux, Signal, signed
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from firstspike.golden.config import ADDRESS_BITS, PIXELS_PER_WORD, bits_for
from firstspike.golden.streams.records import InputKind
from firstspike.hw.layouts import LAYER, PassCommand, Visit, WalkStep, row_address_bits, row_count_bits
from firstspike.hw.lib.countdown import Countdown

COORDINATE_BITS = 12


class PositionWalker(wiring.Component):
    """One step a cycle; every address is a running sum, so there is no multiplier.

    Parameters
    ----------
    config : HardwareConfig

    Attributes
    ----------
    group : Signal, in
        Constant index of the cluster group this walker feeds; units u with `u mod S = group` are its own. A port, so
        that all walkers are one module.
    layer : Signal(LAYER), in
        Stable while a pass is walked.
    pass_ : stream of PassCommand, in
        Accepted when the previous pass has been walked.
    step : stream of WalkStep, out
    busy : Signal, out
    """

    def __init__(self, config):
        self._config = config
        super().__init__(
            {
                "group": In(bits_for(config.clusters)),
                "layer": In(LAYER),
                "pass_": In(stream.Signature(PassCommand(config))),
                "step": Out(stream.Signature(WalkStep(config))),
                "busy": Out(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        config = self._config
        layer = self.layer
        step = self.step.payload

        command = Signal(PassCommand(config))
        fields = command.fields

        # Unit (output position after pooling) in hand.
        units = Countdown(m, 16, "units")
        last_own_unit = Signal()
        unit_index = Signal(range(max(2, config.clusters)))  # modulo S
        # Input coordinates of the unit's first tap.
        unit_x, unit_y = (Signal(signed(COORDINATE_BITS), name=n) for n in ("unit_x", "unit_y"))
        image = Signal(8)
        units_in_row, unit_rows = Countdown(m, 10, "units_in_row"), Countdown(m, 10, "unit_rows")
        image_base, row_base, unit_base = (
            Signal(ADDRESS_BITS, name=n) for n in ("image_base", "row_base", "unit_base")
        )
        out_address = Signal(ADDRESS_BITS)
        window = Signal(2)  # position inside a pool window: column in bit 0, row in bit 1
        first_visit = Signal()
        partial_sum = Signal(range(max(2, config.tile_positions)))

        # Kernel tap and word in hand.
        columns, lines, words = Countdown(m, 8, "columns"), Countdown(m, 8, "lines"), Countdown(m, 12, "words")
        visit_x = Signal(signed(COORDINATE_BITS))
        tap_y = Signal(signed(COORDINATE_BITS))
        tap_x = Signal(signed(COORDINATE_BITS))
        line_address, tap_address, address = (
            Signal(ADDRESS_BITS, name=n) for n in ("line_address", "tap_address", "address")
        )
        tap_row = Signal(row_address_bits(config))
        row = Signal(row_address_bits(config))
        tap_count = Signal(row_count_bits(config))
        count = Signal(row_count_bits(config))

        def wrapped(address):
            return Mux(address >= config.ring_rows, address - config.ring_rows, address)

        # What follows from the layer alone is ready long before a pass of it begins.
        unit_shift = layer.stride_log2 + layer.pool
        split = Signal(range(config.clusters + 1))
        unit_pitch = Signal(COORDINATE_BITS)
        unit_step, row_step, window_column_step, window_row_step = (
            Signal(ADDRESS_BITS, name=n) for n in ("unit_step", "row_step", "window_column_step", "window_row_step")
        )
        m.d.sync += [
            split.eq(1 << layer.split_log2),
            unit_pitch.eq(1 << unit_shift),
            unit_step.eq(layer.in_words << unit_shift),
            row_step.eq(layer.in_row_stride << unit_shift),
            window_column_step.eq(layer.in_words << layer.stride_log2),
            window_row_step.eq(layer.in_row_stride << layer.stride_log2),
        ]
        mine = Signal()
        following_index = Signal.like(unit_index)
        m.d.comb += following_index.eq(Mux(unit_index == split - 1, 0, unit_index + 1))

        def next_unit():
            units.count()
            m.d.sync += [
                last_own_unit.eq(units.left <= split),
                unit_index.eq(following_index),
                mine.eq(following_index == self.group),
                out_address.eq(out_address + layer.out_words),
                window.eq(0),
                last_window.eq(~layer.pool),
            ]
            with m.If(~units_in_row.last):
                units_in_row.count()
                m.d.sync += [unit_x.eq(unit_x + unit_pitch), unit_base.eq(unit_base + unit_step)]
            with m.Elif(~unit_rows.last):
                units_in_row.start(layer.units_w - 1)
                unit_rows.count()
                next_row = (row_base + row_step)[:ADDRESS_BITS]
                m.d.sync += [
                    unit_x.eq(-layer.pad_x),
                    unit_y.eq(unit_y + unit_pitch),
                    row_base.eq(next_row),
                    unit_base.eq(next_row),
                ]
            with m.Else():
                units_in_row.start(layer.units_w - 1)
                unit_rows.start(layer.units_h - 1)
                next_image = (image_base + layer.in_image_stride)[:ADDRESS_BITS]
                m.d.sync += [
                    unit_x.eq(-layer.pad_x),
                    unit_y.eq(-layer.pad_y),
                    image.eq(image + 1),
                    image_base.eq(next_image),
                    row_base.eq(next_image),
                    unit_base.eq(next_image),
                ]

        # Known from the cycle before: the comparison would otherwise stand before the read request.
        row_in_map = Signal()
        column_in_map = Signal()

        def move_row(coordinate):
            """The next tap's row; a negative coordinate is a large unsigned one."""
            m.d.sync += [tap_y.eq(coordinate), row_in_map.eq(coordinate[:COORDINATE_BITS].as_unsigned() < layer.in_h)]

        def move_column(coordinate):
            m.d.sync += [
                tap_x.eq(coordinate),
                column_in_map.eq(coordinate[:COORDINATE_BITS].as_unsigned() < layer.in_w),
            ]

        in_map = Signal()
        last_word = Signal()
        last_tap = Signal()
        last_window = Signal()  # set with the window
        visit = Signal(Visit(config))
        m.d.comb += [
            in_map.eq(row_in_map & column_in_map),
            last_word.eq(~in_map | words.last),
            last_tap.eq(columns.last & lines.last),
            step.read.eq(in_map),
            step.address.eq(address),
            step.row_address.eq(row),
            step.row_count.eq(count),
            step.last.eq(last_word & last_tap),
            step.visit.eq(visit),
        ]

        with m.FSM(name="walker") as fsm:
            m.d.comb += self.busy.eq(~fsm.ongoing("IDLE"))
            with m.State("IDLE"):
                m.d.comb += self.pass_.ready.eq(1)
                # Taken in every cycle, because whether a pass starts is known late.
                start = self.pass_.payload.fields
                units.start(start.units - 1)
                units_in_row.start(layer.units_w - 1 - start.start_x)
                unit_rows.start(layer.units_h - 1 - start.start_y)
                m.d.sync += [
                    command.eq(self.pass_.payload),
                    last_own_unit.eq(start.units <= split),
                    unit_index.eq(0),
                    mine.eq(self.group == 0),
                    unit_x.eq((start.start_x << unit_shift) - layer.pad_x),
                    unit_y.eq((start.start_y << unit_shift) - layer.pad_y),
                    image.eq(start.start_image),
                    image_base.eq(start.image_base),
                    row_base.eq(start.row_base),
                    unit_base.eq(start.unit_base),
                    out_address.eq(start.out_address),
                    window.eq(0),
                    last_window.eq(~layer.pool),
                    first_visit.eq(1),
                    partial_sum.eq(0),
                ]
                with m.If(self.pass_.valid):
                    m.next = "BEGIN"

            with m.State("BEGIN"):
                with m.If(mine):
                    position_base = (
                        unit_base + Mux(window[0], window_column_step, 0) + Mux(window[1], window_row_step, 0)
                    )[:ADDRESS_BITS]
                    start_x = unit_x + (window[0] << layer.stride_log2)
                    move_row(unit_y + (window[1] << layer.stride_log2))
                    move_column(start_x)
                    columns.start(layer.kernel_w - 1)
                    lines.start(layer.kernel_h - 1)
                    words.start(fields.words - 1)
                    m.d.sync += [
                        visit_x.eq(start_x),
                        line_address.eq(position_base),
                        tap_address.eq(position_base),
                        address.eq(position_base),
                        tap_row.eq(command.row_address),
                        row.eq(command.row_address),
                        tap_count.eq(command.row_count),
                        count.eq(command.row_count),
                    ]
                    m.d.sync += [
                        visit.load.eq(~fields.first_chunk),
                        visit.drain.eq(fields.last_chunk),
                        visit.first_of_pass.eq(first_visit),
                        visit.last_of_pass.eq(last_own_unit & last_window),
                        visit.partial_sum.eq(partial_sum),
                        visit.drained.out_address.eq(out_address),
                        visit.drained.window_first.eq(window == 0),
                        visit.drained.window_last.eq(last_window),
                        visit.drained.slot.eq(command.slot),
                        visit.drained.first_channel.eq(fields.first_channel),
                        visit.drained.channels.eq(fields.channels),
                        visit.drained.image.eq(layer.first_image + image),
                        first_visit.eq(0),
                        partial_sum.eq(partial_sum + 1),
                    ]
                    with m.If(last_window):
                        next_unit()  # while this one's last visit is walked
                    with m.Else():
                        m.d.sync += [window.eq(window + 1), last_window.eq(window == 2)]
                    m.next = "WALK"
                with m.Elif(units.last):
                    # Only a group without any unit gets here: the others stop at their last one.
                    m.d.comb += [
                        self.step.valid.eq(1),
                        step.read.eq(0),
                        step.last.eq(1),
                        step.visit.nothing.eq(1),
                        step.visit.drain.eq(0),
                        step.visit.load.eq(0),
                        step.visit.last_of_pass.eq(1),
                    ]
                    with m.If(self.step.ready):
                        m.next = "IDLE"
                with m.Else():
                    next_unit()

            with m.State("WALK"):
                m.d.comb += self.step.valid.eq(1)
                with m.If(self.step.ready):
                    with m.If(~last_word):
                        neurons = Mux(layer.input_kind == InputKind.SPIKES, config.word_neurons, PIXELS_PER_WORD)
                        words.count()
                        m.d.sync += [address.eq(address + 1), row.eq(wrapped(row + neurons)), count.eq(count + neurons)]
                    with m.Else():
                        next_tap_row = wrapped(tap_row + fields.rows_per_tap)
                        next_tap_count = tap_count + fields.rows_per_tap
                        words.start(fields.words - 1)
                        m.d.sync += [
                            tap_row.eq(next_tap_row),
                            row.eq(next_tap_row),
                            tap_count.eq(next_tap_count),
                            count.eq(next_tap_count),
                        ]
                        with m.If(~columns.last):
                            next_address = (tap_address + layer.in_words)[:ADDRESS_BITS]
                            move_column(tap_x + 1)
                            columns.count()
                            m.d.sync += [tap_address.eq(next_address), address.eq(next_address)]
                        with m.Else():
                            next_address = (line_address + layer.in_row_stride)[:ADDRESS_BITS]
                            move_row(tap_y + 1)
                            move_column(visit_x)
                            columns.start(layer.kernel_w - 1)
                            lines.count()
                            m.d.sync += [
                                line_address.eq(next_address),
                                tap_address.eq(next_address),
                                address.eq(next_address),
                            ]
                        with m.If(last_tap):
                            m.next = "BEGIN"
                            with m.If(visit.last_of_pass):
                                m.next = "IDLE"
        return m
