"""PE arithmetic against the format table, for all weight codes and event times."""

from amaranth.hdl import Assert, Assume, Cover, Mux, Signal, signed

from firstspike.golden import formats
from firstspike.golden.codes import pixel_digits
from firstspike.golden.config import PRESETS
from firstspike.hw.array.pe import PE
from firstspike.verify.formal.proof import Proof

MAX_TIME = pixel_digits.digit_time(0)
"""Latest event: the lowest digit of a pixel."""

NARROW = (18, 24)
"""Fraction and accumulator bits of a smaller processor; some products would lose bits, which the exporter refuses."""


def table(fraction_bits):
    """{(magnitude code, event time): product} of `golden.formats`, for every pair whose product loses no bit."""
    products = {}
    for magnitude in range(formats.ZERO_MAGNITUDE + 1):
        for time in range(MAX_TIME + 1):
            try:
                products[magnitude, time] = formats.product(magnitude, time, fraction_bits)
            except ValueError:
                break  # later times lose bits, too
    return products


def properties(m, pe, inside):
    """The potential is that of a plain model: the table's product, added or subtracted."""
    fraction_bits, acc_bits = pe._fraction_bits, pe._acc_bits
    magnitude = pe.weight[: formats.WEIGHT_SIGN_BIT]
    product, listed = Signal(fraction_bits + 1), Signal()
    with m.Switch(magnitude):
        for m_code in range(formats.ZERO_MAGNITUDE + 1):
            with m.Case(m_code), m.Switch(pe.event_time):
                for (code, time), value in table(fraction_bits).items():
                    if code == m_code:
                        with m.Case(time):
                            m.d.comb += [listed.eq(1), product.eq(value)]
    m.d.comb += Assume(listed | ~pe.is_event)

    summand = Signal(signed(acc_bits))
    negated = pe.weight[formats.WEIGHT_SIGN_BIT] ^ pe.negative
    m.d.comb += summand.eq(Mux(pe.is_event, Mux(negated, -product, product), 0))
    summand_2, summand_3 = Signal.like(summand), Signal.like(summand)
    expected = Signal(signed(acc_bits))
    m.d.sync += [summand_2.eq(summand), summand_3.eq(summand_2)]
    with m.If(pe.accumulate):
        m.d.sync += expected.eq(Mux(pe.restart, pe.base, expected) + summand_3)

    m.d.comb += [
        Assert(pe.potential == expected, "the potential is the sum of the table's products"),
        Cover(expected == 3 * formats.product(0, 0, fraction_bits), "three largest products"),
        Cover(expected < -formats.product(0, 0, fraction_bits), "negative"),
        Cover((summand_3 == formats.product(2, 0, fraction_bits)) & pe.accumulate & pe.restart & (pe.base == -1)),
        Cover(pe.is_event & (magnitude == formats.ZERO_MAGNITUDE) & (pe.event_time == MAX_TIME), "weight zero"),
    ]


def _proof(name, fraction_bits, acc_bits):
    return Proof(
        f"pe.{name}",
        f"for every weight code and event time the PE adds exactly the product of the format table "
        f"(F = {fraction_bits}, {acc_bits} bits), with the right sign, and nothing for a zero weight or no event",
        lambda: PE(fraction_bits, acc_bits),
        properties,
        depth=PE.LATENCY + 2,
        cover_depth=8,
    )


_PRESET = PRESETS["paper"]
PROOFS = (_proof("presets", _PRESET.fraction_bits, _PRESET.acc_bits), _proof("narrow", *NARROW))
