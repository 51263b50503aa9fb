"""The meaning of the words that the event generator reads; another spike code changes only this file."""

from functools import reduce
from operator import or_

from amaranth.hdl import Cat, Module, Mux, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from golden import formats
from golden.config import IMAGE_STREAM_BITS, PIXELS_PER_WORD, bits_for
from golden.records import InputKind
from hw.layouts import candidates, payload_bits

DIGITS = formats.PIXEL_DIGITS


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
        super().__init__({
            "kind": In(InputKind),
            "spike_word": In(config.spike_word_bits),
            "pixel_word": In(IMAGE_STREAM_BITS),
            "candidates": Out(candidates(config)),
            "payload": Out(payload_bits(config)),
        })

    def elaborate(self, platform):
        m = Module()
        neurons = [self.spike_word.word_select(n, formats.SPIKE_BITS) for n in range(self._config.word_neurons)]
        digits = [Signal(DIGITS, name=f"digits_{p}") for p in range(PIXELS_PER_WORD)]
        signs = [Signal(DIGITS, name=f"signs_{p}") for p in range(PIXELS_PER_WORD)]
        spikes = [Signal(formats.SPIKE_BITS, name=f"spike_{p}") for p in range(PIXELS_PER_WORD)]
        for p in range(PIXELS_PER_WORD):
            pixel = self.pixel_word.word_select(p, formats.PIXEL_BITS)
            half = pixel[1:]
            three_halves = Signal(DIGITS, name=f"three_halves_{p}")
            m.d.comb += [
                three_halves.eq(pixel + half),
                digits[p].eq(three_halves ^ half),
                signs[p].eq(digits[p] & half),
            ]
            with m.Switch(pixel):
                for value in range(1 << formats.PIXEL_BITS):
                    with m.Case(value):
                        m.d.comb += spikes[p].eq(formats.pixel_spike_time(value, self._config.time_steps))

        with m.Switch(self.kind):
            with m.Case(InputKind.PIXEL_DIGITS):
                m.d.comb += [self.candidates.eq(Cat(digits)), self.payload.eq(Cat(signs))]
            with m.Case(InputKind.PIXEL_SPIKES):
                fires = [Cat(spike != formats.SILENT, Signal(DIGITS - 1, name=f"unused_{p}"))
                         for p, spike in enumerate(spikes)]
                m.d.comb += [self.candidates.eq(Cat(fires)), self.payload.eq(Cat(spikes))]
            with m.Default():
                m.d.comb += [
                    self.candidates.eq(Cat(neuron != formats.SILENT for neuron in neurons)),
                    self.payload.eq(self.spike_word),
                ]
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
    time : Signal(6), out
        Ticks.
    negative : Signal, out
    """

    def __init__(self, config):
        self._config = config
        super().__init__({
            "kind": In(InputKind),
            "chosen": In(candidates(config)),
            "payload": In(payload_bits(config)),
            "channel": Out(bits_for(max(config.word_neurons, PIXELS_PER_WORD))),
            "time": Out(formats.EVENT_TIME_BITS),
            "negative": Out(1),
        })

    def elaborate(self, platform):
        m = Module()

        def select(choices):
            """OR of the values whose one-hot bit is set."""
            return reduce(or_, (Mux(chosen, value, 0) for chosen, value in choices))

        def spike_time(n):
            return self.payload.word_select(n, formats.SPIKE_BITS)

        with m.If(self.kind == InputKind.SPIKES):
            neurons = range(self._config.word_neurons)
            m.d.comb += [
                self.channel.eq(select((self.chosen[n], n) for n in neurons)),
                self.time.eq(select((self.chosen[n], spike_time(n)) for n in neurons)),
            ]
        with m.Else():
            pixels = [self.chosen.word_select(p, DIGITS) for p in range(PIXELS_PER_WORD)]
            m.d.comb += self.channel.eq(select((pixel.any(), p) for p, pixel in enumerate(pixels)))
            with m.If(self.kind == InputKind.PIXEL_DIGITS):
                digits = reduce(or_, pixels)
                m.d.comb += [
                    self.time.eq(select((digits[b], formats.digit_time(b)) for b in range(DIGITS))),
                    self.negative.eq((self.chosen & self.payload[:len(self.chosen)]).any()),
                ]
            with m.Else():
                m.d.comb += self.time.eq(select((pixel[0], spike_time(p)) for p, pixel in enumerate(pixels)))
        return m
