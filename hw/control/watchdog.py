"""Ends a run in which nothing happens any more."""

from amaranth.hdl import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out


class Watchdog(wiring.Component):
    """Counts the cycles without progress while a run is going on.

    Parameters
    ----------
    limit : int
        Cycles.

    Attributes
    ----------
    running : Signal, in
    progress : Signal, in
    expired : Signal, out
        Stays until reset.
    """

    def __init__(self, limit):
        self._limit = limit
        super().__init__({"running": In(1), "progress": In(1), "expired": Out(1)})

    def elaborate(self, platform):
        m = Module()
        idle_cycles = Signal(range(self._limit + 1))
        with m.If(self.progress | ~self.running):
            m.d.sync += idle_cycles.eq(0)
        with m.Elif(idle_cycles == self._limit - 1):
            m.d.sync += self.expired.eq(1)
        with m.Else():
            m.d.sync += idle_cycles.eq(idle_cycles + 1)
        return m
