"""One lane of the spike encoder: bias, fire rule, channel offset."""

from amaranth.hdl import Cat, Const, Module, Mux, Signal, signed
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from golden import formats

OFFSET_BITS = 8


class FireUnit(wiring.Component):
    """The spike time of a membrane potential (docs/formats.md, "Fire rule"), in three stages.

    =====  ==================================================
    stage  work
    =====  ==================================================
    1      add the bias
    2      leading one, significand left-aligned
    3      thresholds, offset, clamp
    =====  ==================================================

    Parameters
    ----------
    config : HardwareConfig

    Attributes
    ----------
    sum : Signal(signed(acc_bits)), in
        Accumulated products, stage 1.
    bias : Signal(signed(acc_bits)), in
        Stage 1.
    offset : Signal(signed(8)), in
        Channel offset in ticks, stage 1.
    potential : Signal(signed(acc_bits)), out
        With bias, one cycle later.
    spike : Signal(5), out
        Spike word, three cycles later.
    """

    LATENCY = 3

    def __init__(self, config):
        self._config = config
        super().__init__({
            "sum": In(signed(config.acc_bits)),
            "bias": In(signed(config.acc_bits)),
            "offset": In(signed(OFFSET_BITS)),
            "potential": Out(signed(config.acc_bits)),
            "spike": Out(formats.SPIKE_BITS),
        })

    def elaborate(self, platform):
        m = Module()
        acc_bits = self._config.acc_bits
        fraction_bits = self._config.fraction_bits
        significand_bits = formats.FIRE_THRESHOLD_BITS + 1

        offset_1 = Signal(signed(OFFSET_BITS))
        m.d.sync += [self.potential.eq(self.sum + self.bias), offset_1.eq(self.offset)]

        # Shifting the leading one to the top, by falling powers of two, finds its place on the way. The thresholds have
        # 9 bits, so the bits of V below its 9 leading ones never decide.
        magnitude_bits = acc_bits - 1
        width = max(magnitude_bits, significand_bits)
        aligned = Cat(Const(0, width - magnitude_bits), self.potential[:magnitude_bits])
        zeros = []  # bits of the number of leading zeros, highest first
        for power in reversed(range((width - 1).bit_length())):
            shift = 1 << power
            zero = Signal(name=f"zeros_{shift}")
            shifted = Signal(width, name=f"aligned_{shift}")
            m.d.comb += [
                zero.eq(~aligned[width - shift:].any()),
                shifted.eq(Mux(zero, aligned << shift, aligned)),
            ]
            zeros.append(zero)
            aligned = shifted
        significand = Signal(significand_bits)
        leading_one_2 = Signal(range(acc_bits))
        positive_2 = Signal()
        offset_2 = Signal(signed(OFFSET_BITS))
        m.d.sync += [
            significand.eq(aligned[width - significand_bits:]),
            leading_one_2.eq(magnitude_bits - 1 - Cat(reversed(zeros))),
            positive_2.eq(self.potential > 0),
            offset_2.eq(offset_1),
        ]

        crossed = Signal(range(len(formats.FIRE_THRESHOLDS) + 1))
        first_crossing = Signal(signed(9))
        spike_time = Signal(signed(10))
        m.d.comb += [
            crossed.eq(sum(significand >= threshold for threshold in formats.FIRE_THRESHOLDS)),
            first_crossing.eq(formats.TICKS_PER_OCTAVE * fraction_bits
                              - formats.TICKS_PER_OCTAVE * leading_one_2 - crossed),
            spike_time.eq(first_crossing - offset_2),
        ]
        with m.If(~positive_2 | (spike_time > self._config.time_steps - 1)):
            m.d.sync += self.spike.eq(formats.SILENT)
        with m.Else():
            m.d.sync += self.spike.eq(Mux(spike_time < 0, 0, spike_time))
        return m
