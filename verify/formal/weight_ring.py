"""The weight ring: no row is overwritten before it is used up, and none is read before it has arrived."""

from amaranth.hdl import Assert, Assume, Cover, Mux, Signal

from firstspike.golden.config import PRESETS
from firstspike.hw.events.event_issue import EventIssue
from firstspike.hw.layouts import Event, row_count_bits
from firstspike.hw.loader.loader import Loader
from firstspike.verify.formal.arbitrary import AnyConst
from firstspike.verify.formal.proof import Proof

CONFIG = PRESETS["tiny"].model_copy(update={"network_bits": 256})
"""A record is one word of the network stream, so that the covers are reached soon."""

SMALL = CONFIG.model_copy(update={"ring_rows": 4})


def loader_properties(m, loader, inside):
    """Follows an arbitrary place of the ring; the array frees rows in order, and none that has not arrived."""
    ring = loader._config.ring_rows
    bits = row_count_bits(loader._config)
    freed_before, loaded_before = Signal(bits), Signal(bits)
    m.d.sync += [freed_before.eq(loader.rows_freed), loaded_before.eq(loader.rows_loaded)]
    m.d.comb += Assume((loader.rows_freed - freed_before)[:bits] <= (loaded_before - freed_before)[:bits])

    address = Signal.like(loader.row_address)
    number, written = Signal(bits), Signal()  # of the row that was written there last
    in_use, behind = Signal(), Signal(bits)
    filled = Signal(bits)
    m.d.comb += [
        address.eq(AnyConst(len(address))),
        Assume(address < ring),
        filled.eq(loader.rows_loaded - loader.rows_freed),
        in_use.eq(written & ((number - loader.rows_freed)[:bits] < filled)),
        behind.eq(loader.rows_loaded - number),
        Assert(loader.row_address < ring),
        Assert((filled + loader.row_write) <= ring, "never more rows than the ring has"),
        Assert(~loader.row_write | ((loader.rows_loaded - freed_before)[:bits] < ring), "taken while there was room"),
        Assert(
            ~written
            | (
                behind
                == Mux(loader.row_address > address, loader.row_address - address, loader.row_address - address + ring)
            ),
            "rows stand in order",
        ),
        Assert(~(loader.row_write & (loader.row_address == address) & in_use), "a row in use is not overwritten"),
        Cover(filled == 2),
        Cover((loader.rows_loaded == 4) & loader.row_write, "a fifth row"),
    ]
    with m.If(loader.row_write & (loader.row_address == address)):
        m.d.sync += [written.eq(1), number.eq(loader.rows_loaded)]
    row_written, address_before = Signal(), Signal.like(loader.row_address)
    m.d.sync += [row_written.eq(loader.row_write), address_before.eq(loader.row_address)]
    m.d.comb += [
        Assert((loader.rows_loaded - loaded_before)[:bits] == row_written, "counts what it writes"),
        Assert(
            ~row_written | (loader.row_address == Mux(address_before == ring - 1, 0, address_before + 1)),
            "writes one place after the other",
        ),
    ]


def issue_properties(m, issue, inside):
    """Follows the event in hand: it is issued once, and only when its row number is among those loaded."""
    bits, ring = row_count_bits(CONFIG), CONFIG.ring_rows
    accepted = issue.event.valid & issue.event.ready
    pending, held = Signal(), Signal(Event(CONFIG))
    leaves = issue.slot_valid | (pending & held.visit.nothing)
    with m.If(accepted):
        m.d.sync += [pending.eq(1), held.eq(issue.event.payload)]
    with m.Elif(leaves):
        m.d.sync += pending.eq(0)

    loaded_before, known = Signal(bits), Signal()
    m.d.sync += [loaded_before.eq(issue.rows_loaded), known.eq(1)]
    m.d.comb += Assume(~known | ((issue.rows_loaded - loaded_before)[:bits] <= 1))

    def ahead(event):
        return (issue.rows_loaded - event.row_count)[:bits]

    # The sequencer frees a row only after its events, and the loader stays within the ring.
    for waits, event in ((issue.event.valid, issue.event.payload), (pending, held)):
        m.d.comb += Assume(~waits | (ahead(event) <= ring) | (ahead(event) >= (1 << bits) - ring))
    m.d.comb += [
        Assert(issue.busy == pending),
        Assert(~pending | (inside["event"] == held.as_value())),
        Assert(
            ~(issue.slot_valid & issue.slot.is_event) | ((ahead(held) != 0) & (ahead(held) <= ring)), "it is loaded"
        ),
        Assert(~issue.slot_valid | (pending & (issue.slot.row_address == held.row_address)), "an event is issued once"),
        Assert(~(accepted & pending) | leaves, "no event is lost"),
        Cover(issue.slot_valid & issue.slot.is_event & (ahead(held) == 2), "soon after it is loaded"),
        Cover(pending & held.is_event & ~held.visit.nothing & (ahead(held) == 0) & ~issue.slot_valid, "waits"),
    ]


def _write_proof(name, config):
    return Proof(
        f"weight_ring.{name}",
        f"the loader writes rows to one place of the ring ({config.ring_rows} rows) after the "
        "other and never overwrites a row that has not been freed",
        lambda: Loader(config),
        loader_properties,
        depth=4,
        cover_depth=27,
    )


PROOFS = (
    _write_proof("write", CONFIG),
    _write_proof("write_small", SMALL),
    Proof(
        "weight_ring.read",
        "an event is issued exactly once, and not before its weight row has been loaded",
        lambda: EventIssue(CONFIG),
        issue_properties,
        depth=3,
        cover_depth=6,
    ),
)
