"""Shares the read port of spike and image buffer among the event generators."""

from amaranth.hdl import Array, Module
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from firstspike.golden.config import ADDRESS_BITS
from firstspike.hw.lib.round_robin import RoundRobin


class FetchArbiter(wiring.Component):
    """Grants one word read a cycle, in turn.

    Parameters
    ----------
    count : int
        Event generators.

    Attributes
    ----------
    requests, grants : Signal(count), in, out
    address_<n> : Signal, in
    read, address : Signal, out
        The granted request.
    """

    def __init__(self, count):
        self._count = count
        super().__init__(
            {
                "requests": In(count),
                "grants": Out(count),
                **{f"address_{n}": In(ADDRESS_BITS) for n in range(count)},
                "read": Out(1),
                "address": Out(ADDRESS_BITS),
            }
        )

    def elaborate(self, platform):
        m = Module()
        m.submodules.choice = choice = RoundRobin(self._count)
        m.d.comb += [
            choice.requests.eq(self.requests),
            choice.serve.eq(self.read),
            self.read.eq(self.requests.any()),
            self.address.eq(Array(getattr(self, f"address_{n}") for n in range(self._count))[choice.choice]),
        ]
        with m.If(self.read):
            m.d.comb += self.grants.eq(1 << choice.choice)
        return m
