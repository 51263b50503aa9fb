"""The spike encoder's fire unit against the fire rule, for every potential and channel offset."""

from amaranth.hdl import Assert, Cover, Mux, Signal, signed

from firstspike.golden import formats
from firstspike.golden.codes import ttfs
from firstspike.golden.config import PRESETS
from firstspike.golden.microarchitecture import OFFSET_BITS
from firstspike.hw.codes import LANE_LATENCY
from firstspike.hw.codes.fire_unit import FireUnit
from firstspike.verify.formal.proof import Proof

FAR = 1 << 12
"""Ticks: no crossing is as far away, so that the rule is seen without its clamps."""


def first_crossing(potential, fraction_bits):
    """u(V) of docs/formats.md for V > 0, by `golden.codes.ttfs.fire`."""
    return ttfs.fire(potential, -FAR, 2 * FAR, fraction_bits) - FAR


def borders(fraction_bits, acc_bits):
    """[(u, smallest V with u(V) <= u)], u falling: every step of the fire rule over all positive V of `acc_bits`."""
    found = []
    low, largest = 1, (1 << (acc_bits - 1)) - 1
    while True:
        u = first_crossing(low, fraction_bits)
        found.append((u, low))
        if u == first_crossing(largest, fraction_bits):
            return found
        # The crossing comes earlier, the larger the potential: the next border by bisection.
        same, other = low, largest
        while other - same > 1:
            middle = (same + other) // 2
            if first_crossing(middle, fraction_bits) == u:
                same = middle
            else:
                other = middle
        low = other


def properties(m, unit, inside):
    """A spike word five cycles after potential and offset, looked up in the steps of the golden fire rule."""
    config = unit._config
    acc_bits, fraction_bits = config.acc_bits, config.fraction_bits
    potential = Signal(signed(acc_bits))
    m.d.comb += potential.eq(unit.sum + unit.bias)
    crossing = Signal(signed(OFFSET_BITS + 4))
    for u, border in borders(fraction_bits, acc_bits):
        with m.If(potential >= border):
            m.d.comb += crossing.eq(u)
    delay = Signal(signed(OFFSET_BITS + 5))
    spike = Signal(formats.SPIKE_BITS)
    m.d.comb += delay.eq(crossing - unit.offset)
    with m.If((potential <= 0) | (delay > config.time_steps - 1)):
        m.d.comb += spike.eq(ttfs.SILENT)
    with m.Else():
        m.d.comb += spike.eq(Mux(delay < 0, 0, delay))

    expected = spike
    filled = Signal(LANE_LATENCY)
    m.d.sync += filled.eq((filled << 1) | 1)
    for stage in range(LANE_LATENCY):
        following = Signal(formats.SPIKE_BITS, name=f"expected_{stage}")
        m.d.sync += following.eq(expected)
        expected = following
    potential_before = Signal(signed(acc_bits))
    m.d.sync += potential_before.eq(potential)
    with m.If(filled[0]):
        m.d.comb += Assert(unit.potential == potential_before, "sum and bias")
    with m.If(filled[-1]):
        m.d.comb += [
            Assert(unit.spike == expected, "the spike word of the fire rule"),
            Cover(unit.spike == 0),
            Cover(unit.spike == config.time_steps - 1),
            Cover(unit.spike == ttfs.SILENT),
        ]


def _proof(name, config):
    return Proof(
        f"fire_unit.{name}",
        f"for every sum, bias and channel offset ({config.acc_bits} bits, F = "
        f"{config.fraction_bits}, T = {config.time_steps}) the spike word is that of the fire rule",
        lambda: FireUnit(config),
        properties,
        depth=LANE_LATENCY + 1,
        cover_depth=LANE_LATENCY + 2,
    )


_PAPER = PRESETS["paper"]
PROOFS = (
    _proof("presets", _PAPER),
    _proof("narrow", _PAPER.model_copy(update={"acc_bits": 20, "fraction_bits": 12, "time_steps": 31})),
)
