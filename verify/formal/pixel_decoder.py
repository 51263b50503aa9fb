"""The digits and the spike of every pixel value."""

from amaranth.hdl import Assert, Cover, Signal

from firstspike.golden import formats
from firstspike.golden.codes import pixel_digits, pixel_spikes, ttfs
from firstspike.golden.config import PRESETS
from firstspike.hw.codes.word_decoder import PixelDecoder
from firstspike.verify.formal.proof import Proof

TIME_STEPS = PRESETS["paper"].time_steps


def properties(m, decoder, inside):
    """A table of all 256 pixels, made by `golden.formats`."""
    digits, signs = Signal(pixel_digits.DIGITS), Signal(pixel_digits.DIGITS)
    spike = Signal(formats.SPIKE_BITS)
    with m.Switch(decoder.pixel):
        for pixel in range(1 << formats.PIXEL_BITS):
            values = pixel_digits.digits(pixel).tolist()
            with m.Case(pixel):
                m.d.comb += [
                    digits.eq(sum((value != 0) << b for b, value in enumerate(values))),
                    signs.eq(sum((value < 0) << b for b, value in enumerate(values))),
                    spike.eq(pixel_spikes.spike_time(pixel, TIME_STEPS)),
                ]
    m.d.comb += [
        Assert(decoder.digits == digits, "canonical signed digits"),
        Assert(decoder.signs == signs, "signs of the digits"),
        Assert(decoder.spike == spike, "spike of the pixel"),
        Cover(decoder.spike == ttfs.SILENT),
        Cover(decoder.spike == 0),
        Cover(decoder.digits == 0b101010101),
    ]


PROOFS = (
    Proof(
        "pixel_decoder.all_pixels",
        "for all 256 pixels digits, signs and spike are those of the format",
        lambda: PixelDecoder(TIME_STEPS),
        properties,
        depth=1,
        cover_depth=2,
    ),
)
