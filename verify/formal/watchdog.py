"""The watchdog expires after exactly the configured cycles without progress."""

from amaranth.hdl import Assert, Cover, Mux, Signal

from firstspike.hw.control.watchdog import Watchdog
from firstspike.verify.formal.proof import Proof

LIMIT = 6
"""Cycles; the watchdog of a processor counts in the same way, only further."""


def properties(m, watchdog, inside):
    stuck = Signal(LIMIT)  # of the last cycles, the latest first
    expired = Signal()
    history = (stuck << 1) | (watchdog.running & ~watchdog.progress)
    m.d.sync += [stuck.eq(history), expired.eq(expired | history[:LIMIT].all())]

    streak = Signal(range(LIMIT))
    m.d.comb += streak.eq(LIMIT - 1)
    for length in reversed(range(LIMIT - 1)):
        with m.If(~stuck[length]):
            m.d.comb += streak.eq(length)
    m.d.comb += [
        Assert(watchdog.expired == expired, "expired after LIMIT cycles in a row without progress, and for good"),
        Assert(inside["idle_cycles"] == streak),
        Cover(watchdog.expired),
        Cover(watchdog.expired & watchdog.progress, "stays"),
        Cover(~watchdog.expired & stuck[LIMIT - 2] & ~Mux(stuck[0], 1, 0), "progress at the last moment"),
    ]


PROOFS = (
    Proof(
        "watchdog.expires",
        f"the watchdog expires if and only if a run has made no progress for its limit of cycles "
        f"in a row (here {LIMIT})",
        lambda: Watchdog(LIMIT),
        properties,
        depth=LIMIT + 1,
        cover_depth=LIMIT + 6,
    ),
)
