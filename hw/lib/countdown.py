"""Loop counter that knows its last turn without comparing."""

from amaranth.hdl import Signal


class Countdown:
    """Loop counter of a module; whether the turn in hand is the last one is a register.

    Parameters
    ----------
    m : Module
    bits : int
    name : str
        Prefix of the registers' names.

    Attributes
    ----------
    left : Signal(bits)
        Turns that follow the one in hand.
    last : Signal
        None follows.
    """

    def __init__(self, m, bits, name):
        self._m = m
        self.left = Signal(bits, name=f"{name}_left")
        self.last = Signal(name=f"{name}_last")

    def start(self, left):
        """The first of `left + 1` turns."""
        self._m.d.sync += [self.left.eq(left), self.last.eq(left[: len(self.left)] == 0)]

    def count(self):
        """The next turn."""
        self._m.d.sync += [self.left.eq(self.left - 1), self.last.eq(self.left == 1)]
