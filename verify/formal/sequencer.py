"""The sequencer cannot deadlock: in fair surroundings something moves within a bound for as long as a command waits."""

from types import SimpleNamespace

from amaranth.hdl import Array, Assert, Assume, Cat, Cover, Mux, Signal
from amaranth.lib import data

from firstspike.golden.config import PRESETS, bits_for
from firstspike.golden.microarchitecture import PARAMETER_SLOTS, PASSES_IN_FLIGHT
from firstspike.golden.streams.records import Opcode
from firstspike.hw.control.sequencer import OPEN_PASS, Sequencer
from firstspike.hw.layouts import LAYER, PASS
from firstspike.verify.formal.proof import Proof
from firstspike.verify.formal.queue import inner_is_consistent

CONFIG = PRESETS["tiny"].model_copy(update={"ring_rows": 4})

PATIENCE = 1
"""Cycles by which the surroundings may delay each single thing that they owe."""

BOUND = 4
"""Cycles in which nothing moves, at most, while a command waits."""

DEPTH = 4
"""Cycles of the induction."""

COVER_DEPTH = 16
IDLE, COMMAND, IMAGE, SUMMARY = range(4)
"""States of the sequencer, in the order in which it names them."""


def _lasts_at_most(m, condition, cycles, name):
    """Counts the cycles in a row of `condition`: true while there were no more than `cycles`."""
    streak = Signal(range(cycles + 2), name=f"{name}_cycles")
    with m.If(~condition):
        m.d.sync += streak.eq(0)
    with m.Elif(streak <= cycles):
        m.d.sync += streak.eq(streak + 1)
    return ~condition | (streak < cycles)


def _rises_only(m, condition, cause, name):
    """True unless `condition` begins without `cause`; and what `condition` was in the cycle before."""
    before = Signal(name=f"{name}_before")
    m.d.sync += before.eq(condition)
    return ~condition | before | cause, before


def surroundings(m, sequencer):
    """Loader, event generators, encoder and counters that do what they owe, at the latest after `PATIENCE` cycles.

    - A run is START, then layers with at least one pass each, then END; fields are those that the loader lets through.
    - Rows arrive one by one after their PASS command, as long as the ring has room; the parameters of a pass arrive after
      the rows of the passes before it, as long as a slot is free.
    - A generator holds one pass at a time, and ends it; its rows need not have arrived (all visits may be empty).
    - The encoder ends its work once no generator is busy, and every parameter slot is idle now and then.

    Returns
    -------
    opcode : Value
        Of the command that waits.
    taken, moves : Value
        A command is taken; something moves.
    started, has_layer : Signal
        START, or a LAYER of this run, has been taken.
    parameters_wait : Value
        A PASS waits whose parameters have been loaded.
    rows_owed, rows_before : Signal
        Weight rows of passes that were started that have not arrived; running number of the next one to arrive.
    groups_started, groups_before : Signal
        Running numbers of parameter groups: of passes that were started, of what has been loaded.
    in_flight : Signal
        Event generators that hold a pass.
    before : list of Signal
        Generators and encoder: whether each was busy in the cycle before.
    sending : Signal
        A snapshot was taken, or its counters are being sent.
    """
    clusters, ring = CONFIG.clusters, CONFIG.ring_rows
    command = sequencer.command
    opcode = command.payload[:8]
    layer = data.View(LAYER, command.payload[: LAYER.size])
    pass_ = data.View(PASS, command.payload[: PASS.size])
    taken = command.valid & command.ready

    def promise(condition):
        m.d.comb += Assume(condition)

    # The order of the commands, each of which stays until it is taken.
    started, has_layer = Signal(), Signal()
    waited, payload_before = Signal(), Signal.like(command.payload)
    m.d.sync += [waited.eq(command.valid & ~command.ready), payload_before.eq(command.payload)]
    promise(~waited | (command.valid & (command.payload == payload_before)))
    with m.If(command.valid):
        m.d.comb += Assume(
            Mux(
                started,
                (opcode == Opcode.LAYER) | (opcode == Opcode.END) | ((opcode == Opcode.PASS) & has_layer),
                opcode == Opcode.START,
            )
        )
        with m.If(opcode == Opcode.LAYER):
            m.d.comb += Assume((layer.split_log2 < len(CONFIG.splits)) & (layer.in_image_stride == 1))
        with m.If(opcode == Opcode.PASS):
            m.d.comb += Assume((pass_.rows != 0) & (pass_.rows <= ring))
            m.d.comb += Assume(has_parameters_seen(m, sequencer, taken, pass_) | pass_.has_parameters)
    with m.If(taken):
        m.d.sync += [
            started.eq(opcode != Opcode.END),
            has_layer.eq((opcode == Opcode.LAYER) | (has_layer & (opcode == Opcode.PASS))),
        ]

    # Rows and parameters.
    bits = len(sequencer.rows_loaded)
    rows_owed = Signal(8)
    rows_before = Signal(bits)
    groups_started, groups_before = Signal.like(sequencer.groups_loaded), Signal.like(sequencer.groups_loaded)
    is_pass = command.valid & (opcode == Opcode.PASS)
    takes_pass = taken & (opcode == Opcode.PASS)
    row_due = (rows_owed != 0) & ((rows_before - sequencer.rows_freed)[:bits] < ring)
    row_comes = sequencer.rows_loaded != rows_before
    with m.If(takes_pass):
        m.d.sync += groups_started.eq(groups_started + pass_.has_parameters)
    m.d.sync += [
        rows_owed.eq(rows_owed + Mux(takes_pass, pass_.rows, 0) - row_comes),
        rows_before.eq(sequencer.rows_loaded),
        groups_before.eq(sequencer.groups_loaded),
    ]
    promise(~row_comes | (row_due & (sequencer.rows_loaded == (rows_before + 1)[:bits])))
    promise(_lasts_at_most(m, row_due & ~row_comes, PATIENCE, "row"))
    group_bits = len(groups_before)
    group_due = (
        is_pass
        & pass_.has_parameters
        & (rows_owed == 0)
        & (groups_before == groups_started)
        & ((groups_before - sequencer.groups_released)[:group_bits] < PARAMETER_SLOTS)
    )
    group_comes = sequencer.groups_loaded != groups_before
    promise(~group_comes | (group_due & (sequencer.groups_loaded == (groups_before + 1)[:group_bits])))
    promise(_lasts_at_most(m, group_due & ~group_comes, PATIENCE, "group"))

    # Event generators.
    before = []
    in_flight = Signal(clusters)
    for g in range(clusters):
        holds = in_flight[g]
        takes = sequencer.pass_valid[g] & sequencer.pass_ready[g]
        with m.If(sequencer.pass_done[g]):
            m.d.sync += holds.eq(0)
        with m.If(takes):
            m.d.sync += holds.eq(1)
        promise(~sequencer.pass_done[g] | holds)
        promise(~sequencer.pass_ready[g] | ~holds)
        promise(_lasts_at_most(m, holds & ~sequencer.pass_done[g], PATIENCE, f"pass_{g}"))
        promise(_lasts_at_most(m, ~holds & ~sequencer.pass_ready[g], PATIENCE, f"ready_{g}"))
        promise(_rises_only(m, ~sequencer.pass_ready[g], holds, f"ready_{g}")[0])
        promise(_lasts_at_most(m, ~holds & sequencer.generators_busy[g], PATIENCE, f"busy_{g}"))
        rises, busy_before = _rises_only(m, sequencer.generators_busy[g], holds, f"busy_{g}")
        promise(rises)
        before.append(busy_before)

    # Encoder, counters, image, result sink.
    working = in_flight.any() | sequencer.generators_busy.any()
    promise(_lasts_at_most(m, sequencer.encoder_busy & ~working, PATIENCE, "encoder"))
    rises, encoder_before = _rises_only(m, sequencer.encoder_busy, working, "encoder")
    promise(rises)
    before.append(encoder_before)
    for slot in range(PARAMETER_SLOTS):
        promise(_lasts_at_most(m, sequencer.slot_busy[slot], PATIENCE, f"slot_{slot}"))
    sending = Signal()
    m.d.sync += sending.eq(sequencer.snapshot | sequencer.counters_busy)
    promise(~sequencer.counters_busy | sending)
    promise(_lasts_at_most(m, sequencer.counters_busy, PATIENCE, "counters"))
    promise(_lasts_at_most(m, ~sequencer.image_complete, PATIENCE, "image"))
    promise((sequencer.image_length == 1) & ~sequencer.image_overflow)
    promise(_lasts_at_most(m, ~sequencer.summary.ready, PATIENCE, "summary"))
    moves = (
        taken
        | row_comes
        | group_comes
        | sequencer.pass_done.any()
        | sending
        | (sequencer.summary.valid & sequencer.summary.ready)
    )
    last = data.View(PASS, payload_before[: PASS.size])
    parameters_wait = waited & (payload_before[:8] == Opcode.PASS) & last.has_parameters
    return SimpleNamespace(
        opcode=opcode,
        taken=taken,
        moves=moves,
        started=started,
        has_layer=has_layer,
        parameters_wait=parameters_wait,
        rows_owed=rows_owed,
        rows_before=rows_before,
        groups_started=groups_started,
        groups_before=groups_before,
        in_flight=in_flight,
        before=before,
        sending=sending,
    )


def has_parameters_seen(m, sequencer, taken, pass_):
    """The first pass of a layer brings parameters: those of another layer would be wrong."""
    seen = Signal(name="parameters_seen")
    opcode = sequencer.command.payload[:8]
    with m.If(taken):
        m.d.sync += seen.eq((opcode == Opcode.PASS) & (seen | pass_.has_parameters))
    return seen


def invariant(m, sequencer, inside, around):
    """Asserts what the registers of the sequencer keep to in such surroundings: the invariant of the induction."""
    ring, clusters = CONFIG.ring_rows, CONFIG.clusters
    state, level, quiet = inside["sequencer_state"], inside["open_passes.level"], inside["quiet"]
    inner_is_consistent(m, inside, "open_passes", PASSES_IN_FLIGHT)
    m.d.comb += [
        Assert(around.started == ((state == COMMAND) | (state == IMAGE))),
        Assert(~around.has_layer | around.started),
        Assert((state == COMMAND) | (level == 0), "passes are open only while commands are taken"),
        Assert((state != IMAGE) | (sequencer.layer.in_image_stride == 1)),
        Assert(
            ~quiet | ((level == 0) & (Cat(around.before) == 0) & ~around.sending), "quiet while nothing is under way"
        ),
    ]

    # Open passes, the oldest first: weight rows, and whether they bring parameters.
    entries = Array(data.View(OPEN_PASS, inside[f"open_passes.entry_{k}"]) for k in range(PASSES_IN_FLIGHT))
    open_rows, open_groups = Signal(8), Signal(range(PASSES_IN_FLIGHT + 1))
    oldest = entries[inside["open_passes.read_position"]]
    places = [
        entries[(inside["open_passes.read_position"] + k)[: bits_for(PASSES_IN_FLIGHT)]]
        for k in range(PASSES_IN_FLIGHT)
    ]
    m.d.comb += [
        open_rows.eq(sum(Mux(k < level, place.rows, 0) for k, place in enumerate(places))),
        open_groups.eq(sum((k < level) & place.opens_group for k, place in enumerate(places))),
        *(Assert((k >= level) | ((place.rows != 0) & (place.rows <= ring))) for k, place in enumerate(places)),
    ]

    # Event generators.
    groups_of_layer = inside["groups_of_layer"]
    m.d.comb += Assert(groups_of_layer[0])
    for g in range(clusters):
        finished = inside[f"passes_finished_{g}"]
        m.d.comb += Assert(
            Mux(groups_of_layer[g], level == finished + around.in_flight[g], ~around.in_flight[g] & (finished == 0)),
            "each open pass is finished or in flight",
        )

    # Weight rows.
    bits = len(sequencer.rows_freed)
    present = Signal.like(open_rows)
    m.d.comb += [
        present.eq(open_rows - around.rows_owed),
        Assert(around.rows_owed <= open_rows),
        Assert(present <= ring, "the ring has room for what has arrived"),
        Assert((inside["row_count"] - sequencer.rows_freed)[:bits] == open_rows[:bits]),
        Assert((inside["row_count"] - around.rows_before)[:bits] == around.rows_owed[:bits]),
        Assert(~inside["all_loaded"] | ((level != 0) & (present >= oldest.rows))),
    ]

    # Parameters.
    started, opened, released = inside["groups_started"], inside["groups_opened"], sequencer.groups_released
    bits = len(released)
    waiting, held, surplus = Signal(bits), Signal(bits), Signal(bits)
    m.d.comb += [
        waiting.eq(around.groups_before - started),
        held.eq(started - released),
        surplus.eq(opened - released),
        Assert(started == around.groups_started),
        Assert(waiting <= 1),
        Assert((waiting == 0) | (around.started & around.parameters_wait)),
        Assert(held + waiting <= PARAMETER_SLOTS),
        Assert(surplus <= held),
        Assert((started - opened)[:bits] == open_groups),
    ]


def progress(m, sequencer, inside):
    """Counts the cycles in which a command waits and nothing moves."""
    around = surroundings(m, sequencer)
    opcode, taken, moves = around.opcode, around.taken, around.moves
    invariant(m, sequencer, inside, around)
    command = sequencer.command
    freed_before, released_before = Signal.like(sequencer.rows_freed), Signal.like(sequencer.groups_released)
    m.d.sync += [freed_before.eq(sequencer.rows_freed), released_before.eq(sequencer.groups_released)]
    moves |= (sequencer.rows_freed != freed_before) | (sequencer.groups_released != released_before)
    still = Signal(range(BOUND + 2))
    passes = Signal(4)
    with m.If(~command.valid | moves):
        m.d.sync += still.eq(0)
    with m.Elif(still <= BOUND):
        m.d.sync += still.eq(still + 1)
    with m.If(taken & (opcode == Opcode.PASS)):
        m.d.sync += passes.eq(passes + 1)
    m.d.comb += [
        Assert(still <= BOUND, "something moves"),
        Assert(sequencer.error == 0),
        Cover(taken & (opcode == Opcode.END) & (passes >= 2), "a run with two passes"),
        Cover(taken & (opcode == Opcode.PASS) & (passes == 5), "a sixth pass"),
        Cover(still == 2, "a command waits while nothing moves"),
        Cover(sequencer.summary.valid & sequencer.summary.ready),
    ]


PROOFS = (
    Proof(
        "sequencer.progress",
        f"the sequencer cannot deadlock: where each thing that the surroundings owe (row, "
        f"parameters, end of a pass, idle encoder, image, sink) comes at most {PATIENCE} cycle late, a waiting command "
        f"never sees more than {BOUND} cycles in which no row, parameter or pass moves",
        lambda: Sequencer(CONFIG),
        progress,
        depth=DEPTH,
        cover_depth=COVER_DEPTH,
    ),
)
