"""Fair choice: whoever asks is served within a bound."""

from amaranth.hdl import Assert, Assume, Cover, Signal

from firstspike.golden.config import bits_for
from firstspike.hw.lib.round_robin import RoundRobin
from firstspike.verify.formal.arbitrary import AnyConst
from firstspike.verify.formal.proof import Proof

COUNTS = (2, 4, 16)


def is_fair(m, requests, served, choice, serve, count):
    """Asserts that whoever keeps asking is served after at most `count - 1` others, and covers that worst case."""
    waiting = Signal(bits_for(count))
    others = Signal(range(count + 1))
    asks, distance = Signal(), Signal(bits_for(count))
    m.d.comb += [
        waiting.eq(AnyConst(len(waiting))),
        Assume(waiting < count),
        asks.eq(requests.bit_select(waiting, 1)),
        # Requesters that come before it; the invariant of the induction.
        distance.eq(waiting - served - 1),
        Assert(others + distance <= count - 1, "every service of another brings the turn nearer"),
        Assert(others <= count - 1, "served after all others at the latest"),
        Cover(asks & serve & (choice == waiting) & (others == count - 1), "served last"),
    ]
    with m.If(~asks | (serve & (choice == waiting))):
        m.d.sync += others.eq(0)
    with m.Elif(serve):
        m.d.sync += others.eq(others + 1)


def properties(m, arbiter, inside):
    count = arbiter._count
    m.d.comb += [
        Assume(~arbiter.serve | arbiter.requests.any()),
        Assert(arbiter.choice < count),
        Assert(~arbiter.requests.any() | arbiter.requests.bit_select(arbiter.choice, 1), "chooses one that asks"),
        Cover(arbiter.serve & (arbiter.choice == count - 1)),
    ]
    is_fair(m, arbiter.requests, inside["served"], arbiter.choice, arbiter.serve, count)


PROOFS = tuple(
    Proof(
        f"round_robin.{count}",
        f"of {count} requesters one that asks is chosen, and whoever keeps asking is served "
        f"after at most {count - 1} others",
        lambda count=count: RoundRobin(count),
        properties,
        depth=2,
        cover_depth=count + 3,
    )
    for count in COUNTS
)
