"""Fair choice among requesters."""

from amaranth.hdl import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from firstspike.golden.config import bits_for


class RoundRobin(wiring.Component):
    """Chooses the next requester after the one served last.

    Parameters
    ----------
    count : int

    Attributes
    ----------
    requests : Signal(count), in
    choice : Signal, out
        Index of the chosen requester; valid while any requests.
    serve : Signal, in
        The choice is served in this cycle.
    """

    def __init__(self, count):
        self._count = count
        super().__init__({"requests": In(count), "choice": Out(bits_for(count)), "serve": In(1)})

    def elaborate(self, platform):
        m = Module()
        served = Signal(bits_for(self._count))
        with m.Switch(served):
            for last in range(self._count):
                with m.Case(last):
                    m.d.comb += self.choice.eq(last)
                    # Later assignments win: the nearest successor is written last.
                    for distance in range(self._count - 1, 0, -1):
                        candidate = (last + distance) % self._count
                        with m.If(self.requests[candidate]):
                            m.d.comb += self.choice.eq(candidate)
        with m.If(self.serve):
            m.d.sync += served.eq(self.choice)
        return m
