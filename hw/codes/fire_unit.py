"""The lane of the spike encoder for time to first spike: bias, fire rule, channel offset."""

from amaranth.hdl import Cat, Const, Module, Mux, Signal, signed
from amaranth.lib import wiring

from firstspike.golden import formats
from firstspike.golden.codes import ttfs
from firstspike.golden.microarchitecture import OFFSET_BITS
from firstspike.hw.codes import lane_signature


class FireUnit(wiring.Component):
    """The spike time of a membrane potential (docs/formats.md, "Fire rule"), in five stages.

    =====  ==================================================
    stage  work
    =====  ==================================================
    1      add the bias
    2      leading one, large shifts
    3      leading one, small shifts
    4      thresholds; offset
    5      clamp
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
        Spike word, five cycles later.
    """

    def __init__(self, config):
        self._config = config
        super().__init__(lane_signature(config))

    def elaborate(self, platform):
        m = Module()
        acc_bits = self._config.acc_bits
        fraction_bits = self._config.fraction_bits
        significand_bits = ttfs.FIRE_THRESHOLD_BITS + 1

        offset_1 = Signal(signed(OFFSET_BITS))
        m.d.sync += [self.potential.eq(self.sum + self.bias), offset_1.eq(self.offset)]

        # Shifting the leading one to the top, by falling powers of two, finds its place on the way. The thresholds have
        # 9 bits, so the bits of V below its 9 leading ones never decide.
        magnitude_bits = acc_bits - 1
        width = max(magnitude_bits, significand_bits)
        powers = list(reversed(range((width - 1).bit_length())))

        def normalise(value, powers):
            """`value` shifted left by the bits of its number of leading zeros that `powers` name, and these bits."""
            zeros = []
            for power in powers:
                shift = 1 << power
                zero = Signal(name=f"zeros_{shift}")
                shifted = Signal(width, name=f"aligned_{shift}")
                m.d.comb += [zero.eq(~value[width - shift :].any()), shifted.eq(Mux(zero, value << shift, value))]
                zeros.insert(0, zero)
                value = shifted
            return value, Cat(zeros)

        magnitude = Cat(Const(0, width - magnitude_bits), self.potential[:magnitude_bits])
        aligned, many_zeros = normalise(magnitude, powers[:2])
        aligned_2 = Signal(width)
        many_zeros_2 = Signal(2)
        positive_2 = Signal()
        offset_2 = Signal(signed(OFFSET_BITS))
        m.d.sync += [
            aligned_2.eq(aligned),
            many_zeros_2.eq(many_zeros),
            positive_2.eq(self.potential > 0),
            offset_2.eq(offset_1),
        ]

        aligned, few_zeros = normalise(aligned_2, powers[2:])
        significand = Signal(significand_bits)
        leading_zeros = Signal(len(powers))
        positive_3 = Signal()
        offset_3 = Signal(signed(OFFSET_BITS))
        m.d.sync += [
            significand.eq(aligned[width - significand_bits :]),
            leading_zeros.eq(Cat(few_zeros, many_zeros_2)),
            positive_3.eq(positive_2),
            offset_3.eq(offset_2),
        ]

        # u = 4 * (F - b) - n with b = magnitude_bits - 1 - zeros
        constant = formats.TICKS_PER_OCTAVE * (fraction_bits - magnitude_bits + 1)
        crossed = Signal(range(len(ttfs.FIRE_THRESHOLDS) + 1))
        octave_time = Signal(signed(10))
        positive_4 = Signal()
        m.d.sync += [
            crossed.eq(sum(significand >= threshold for threshold in ttfs.FIRE_THRESHOLDS)),
            octave_time.eq(formats.TICKS_PER_OCTAVE * leading_zeros + constant - offset_3),
            positive_4.eq(positive_3),
        ]

        spike_time = Signal(signed(10))
        m.d.comb += spike_time.eq(octave_time - crossed)
        with m.If(~positive_4 | (spike_time > self._config.time_steps - 1)):
            m.d.sync += self.spike.eq(ttfs.SILENT)
        with m.Else():
            m.d.sync += self.spike.eq(Mux(spike_time < 0, 0, spike_time))
        return m
