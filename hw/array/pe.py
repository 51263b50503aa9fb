"""The processing element: one synaptic operation a cycle, without a multiplier."""

from amaranth.hdl import Array, Cat, Module, Mux, Signal, signed
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from firstspike.golden import formats


class PE(wiring.Component):
    """Adds `+-LUT[e mod 4] * 2^(F - 6 - e div 4)`, e = 2m + t, to a membrane potential (docs/formats.md).

    Three stages without flow control: nothing downstream of an issued event can stall, which keeps the accumulator loop
    short.

    =====  ==============================================================
    stage  work
    =====  ==============================================================
    1      exponent e = 2m + t
    2      table and shift
    3      add to the potential, or to the base with which a visit starts
    =====  ==============================================================

    Parameters
    ----------
    fraction_bits : int
        F.
    acc_bits : int
        Width of the membrane potential.

    Attributes
    ----------
    weight : Signal(5), in
        Weight code, stage 1.
    event_time : Signal(6), in
        Event time in ticks, stage 1.
    negative : Signal, in
        The event's sign flips the weight's, stage 1.
    is_event : Signal, in
        Stage 1; else the operation adds nothing.
    accumulate : Signal, in
        Stage 3: the potential takes its next value.
    restart : Signal, in
        Stage 3, with `accumulate`: start from `base` instead of the present potential.
    base : Signal(acc_bits), in
        Stage 3.
    potential : Signal(signed(acc_bits)), out
        Membrane potential, one cycle after stage 3.
    """

    LATENCY = 3
    """Cycles from `weight` to `potential`."""

    def __init__(self, fraction_bits, acc_bits):
        self._fraction_bits = fraction_bits
        self._acc_bits = acc_bits
        super().__init__(
            {
                "weight": In(formats.WEIGHT_BITS),
                "event_time": In(formats.EVENT_TIME_BITS),
                "negative": In(1),
                "is_event": In(1),
                "accumulate": In(1),
                "restart": In(1),
                "base": In(signed(acc_bits)),
                "potential": Out(signed(acc_bits)),
            }
        )

    def elaborate(self, platform):
        m = Module()

        magnitude = self.weight[: formats.WEIGHT_SIGN_BIT]
        contributes = Signal()
        m.d.comb += contributes.eq(self.is_event & (magnitude != formats.ZERO_MAGNITUDE))

        # Registers take a value only where one is needed: a lane without an event, or with a zero weight, stands still.
        contributes_1 = Signal()
        contributes_2 = Signal()
        exponent = Signal(formats.EVENT_TIME_BITS)
        subtract_1 = Signal()
        m.d.sync += [contributes_1.eq(contributes), contributes_2.eq(contributes_1)]
        with m.If(contributes):
            m.d.sync += [
                exponent.eq((magnitude << 1) + self.event_time),
                subtract_1.eq(self.weight[formats.WEIGHT_SIGN_BIT] ^ self.negative),
            ]

        significand = Signal(range(max(formats.PRODUCT_TABLE) + 1))
        product = Signal(self._fraction_bits + 1)
        subtract_2 = Signal()
        octaves = exponent[2:]
        m.d.comb += significand.eq(Array(formats.PRODUCT_TABLE)[exponent[:2]])
        with m.If(contributes_1):
            m.d.sync += [
                product.eq((significand << (self._fraction_bits - formats.PRODUCT_TABLE_BITS)) >> octaves),
                subtract_2.eq(subtract_1),
            ]

        # One adder for both signs: subtracting is adding the complement and a carry, which enters below the lowest bit.
        present = Signal(self._acc_bits)
        addend = Signal(self._acc_bits)
        carry = Signal()
        sum_ = Signal(self._acc_bits + 1)
        m.d.comb += present.eq(Mux(self.restart, self.base, self.potential))
        with m.If(contributes_2):
            m.d.comb += [addend.eq(product ^ subtract_2.replicate(self._acc_bits)), carry.eq(subtract_2)]
        m.d.comb += sum_.eq(Cat(carry, present) + Cat(carry, addend))
        with m.If(self.accumulate & (contributes_2 | self.restart)):
            m.d.sync += self.potential.eq(sum_[1:])
        return m
