"""The arbiter of the read port grants one request a cycle, fairly."""

from amaranth.hdl import Assert, Cover, Signal

from firstspike.golden.config import ADDRESS_BITS, bits_for
from firstspike.hw.events.fetch_arbiter import FetchArbiter
from firstspike.verify.formal.proof import Proof
from firstspike.verify.formal.round_robin import is_fair

COUNTS = (2, 4, 16)


def properties(m, arbiter, inside):
    count = arbiter._count
    grants = arbiter.grants
    choice = Signal(bits_for(count))
    granted_address = Signal(ADDRESS_BITS)
    for n in range(count):
        with m.If(grants[n]):
            m.d.comb += [choice.eq(n), granted_address.eq(getattr(arbiter, f"address_{n}"))]
    m.d.comb += [
        Assert((grants & (grants - 1)) == 0, "at most one grant"),
        Assert((grants & ~arbiter.requests) == 0, "no grant without a request"),
        Assert(grants.any() == arbiter.requests.any(), "no request without any grant"),
        Assert(arbiter.read == grants.any()),
        Assert(~arbiter.read | (arbiter.address == granted_address), "reads for whom it grants"),
        Cover(grants == 1 << (count - 1)),
        Cover(arbiter.requests.all()),
    ]
    is_fair(m, arbiter.requests, inside["choice.served"], choice, arbiter.read, count)


PROOFS = tuple(
    Proof(
        f"fetch_arbiter.{count}",
        f"of {count} event generators exactly one that asks is granted in each cycle, with "
        f"its address, and each within {count} cycles",
        lambda count=count: FetchArbiter(count),
        properties,
        depth=2,
        cover_depth=count + 3,
    )
    for count in COUNTS
)
