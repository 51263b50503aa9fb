"""The meaning of the words that the event generator reads: pixels here, spike words in the module of their code."""

from functools import reduce
from operator import or_

from amaranth.hdl import Cat, Const, Module, Mux, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from firstspike.golden import formats
from firstspike.golden.codes import pixel_digits, pixel_spikes, ttfs
from firstspike.golden.config import IMAGE_STREAM_BITS, PIXELS_PER_WORD, bits_for
from firstspike.golden.streams.records import InputKind
from firstspike.hw import codes
from firstspike.hw.layouts import candidates, payload_bits

DIGITS = pixel_digits.DIGITS


class PixelDecoder(wiring.Component):
    """What an 8-bit pixel means under the two input codings. Combinational.

    Parameters
    ----------
    time_steps : int
        T.

    Attributes
    ----------
    pixel : Signal(8), in
    digits, signs : Signal(9), out
        Direct coding: which canonical signed digits are not zero, and which are negative.
    spike : Signal(5), out
        TTFS coding: the spike word.
    """

    def __init__(self, time_steps):
        self._time_steps = time_steps
        super().__init__(
            {
                "pixel": In(formats.PIXEL_BITS),
                "digits": Out(DIGITS),
                "signs": Out(DIGITS),
                "spike": Out(formats.SPIKE_BITS),
            }
        )

    def elaborate(self, platform):
        m = Module()
        half = self.pixel[1:]
        three_halves = Signal(DIGITS)
        m.d.comb += [
            three_halves.eq(self.pixel + half),
            self.digits.eq(three_halves ^ half),
            self.signs.eq(self.digits & half),
        ]
        m.d.comb += self.spike.eq(ttfs.SILENT)
        # The spike time falls with the pixel, so a time's lowest pixel decides; later assignments win.
        times = [pixel_spikes.spike_time(pixel, self._time_steps) for pixel in range(1 << formats.PIXEL_BITS)]
        for pixel in range(1, len(times)):
            if times[pixel] != times[pixel - 1]:
                with m.If(self.pixel >= pixel):
                    m.d.comb += self.spike.eq(times[pixel])
        return m


class WordDecoder(wiring.Component):
    """Which events a word holds, before they are issued one by one. Combinational.

    Candidate c of a spike word is neuron c; candidate `9 * p + b` of a pixel word is digit b of pixel p, or for b = 0
    the spike of pixel p under TTFS coding.

    Parameters
    ----------
    config : HardwareConfig

    Attributes
    ----------
    kind : Signal(InputKind), in
    spike_word : Signal, in
    pixel_word : Signal(32), in
    candidates : Signal, out
        One bit for each event.
    payload : Signal, out
        Spike times, or signs of the digits; for `EventDecoder`.
    """

    def __init__(self, config):
        self._config = config
        super().__init__(
            {
                "kind": In(InputKind),
                "spike_word": In(config.spike_word_bits),
                "pixel_word": In(IMAGE_STREAM_BITS),
                "candidates": Out(candidates(config)),
                "payload": Out(payload_bits(config)),
            }
        )

    def elaborate(self, platform):
        m = Module()
        of_spikes, spike_payload = codes.of(self._config).decode(self.spike_word, self._config)
        pixels = []
        for p in range(PIXELS_PER_WORD):
            m.submodules[f"pixel_decoder_{p}"] = pixel = PixelDecoder(self._config.time_steps)
            m.d.comb += pixel.pixel.eq(self.pixel_word.word_select(p, formats.PIXEL_BITS))
            pixels.append(pixel)

        with m.Switch(self.kind):
            with m.Case(InputKind.PIXEL_DIGITS):
                m.d.comb += [
                    self.candidates.eq(Cat(pixel.digits for pixel in pixels)),
                    self.payload.eq(Cat(pixel.signs for pixel in pixels)),
                ]
            with m.Case(InputKind.PIXEL_SPIKES):
                fires = [Cat(pixel.spike != ttfs.SILENT, Const(0, DIGITS - 1)) for pixel in pixels]
                m.d.comb += [self.candidates.eq(Cat(fires)), self.payload.eq(Cat(pixel.spike for pixel in pixels))]
            with m.Default():
                m.d.comb += [self.candidates.eq(of_spikes), self.payload.eq(spike_payload)]
        return m


class EventDecoder(wiring.Component):
    """Time, sign and input channel of one candidate of a word. Combinational.

    Parameters
    ----------
    config : HardwareConfig

    Attributes
    ----------
    kind : Signal(InputKind), in
    chosen : Signal, in
        One-hot.
    payload : Signal, in
        Of `WordDecoder`.
    channel : Signal, out
        Input channel inside the word.
    event_time : Signal(6), out
        Ticks.
    negative : Signal, out
    """

    def __init__(self, config):
        self._config = config
        super().__init__(
            {
                "kind": In(InputKind),
                "chosen": In(candidates(config)),
                "payload": In(payload_bits(config)),
                "channel": Out(bits_for(max(config.word_neurons, PIXELS_PER_WORD))),
                "event_time": Out(formats.EVENT_TIME_BITS),
                "negative": Out(1),
            }
        )

    def elaborate(self, platform):
        m = Module()

        def select(choices):
            """OR of the values whose one-hot bit is set."""
            return reduce(or_, (Mux(chosen, value, 0) for chosen, value in choices))

        def spike_time(n):
            return self.payload.word_select(n, formats.SPIKE_BITS)

        with m.If(self.kind == InputKind.SPIKES):
            channel, event_time = codes.of(self._config).event(self.chosen, self.payload, self._config)
            m.d.comb += [self.channel.eq(channel), self.event_time.eq(event_time)]
        with m.Else():
            pixels = [self.chosen.word_select(p, DIGITS) for p in range(PIXELS_PER_WORD)]
            m.d.comb += self.channel.eq(select((pixel.any(), p) for p, pixel in enumerate(pixels)))
            with m.If(self.kind == InputKind.PIXEL_DIGITS):
                digits = reduce(or_, pixels)
                m.d.comb += [
                    self.event_time.eq(select((digits[b], pixel_digits.digit_time(b)) for b in range(DIGITS))),
                    self.negative.eq((self.chosen & self.payload[: len(self.chosen)]).any()),
                ]
            with m.Else():
                m.d.comb += self.event_time.eq(select((pixel[0], spike_time(p)) for p, pixel in enumerate(pixels)))
        return m
