import random

import numpy as np
import pytest
from amaranth.hdl import Module
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out
from amaranth.sim import Simulator

from firstspike.golden import formats
from firstspike.golden.codes import pixel_digits, pixel_spikes, ttfs
from firstspike.golden.config import IMAGE_STREAM_BITS, PIXELS_PER_WORD, PRESETS
from firstspike.golden.streams.records import InputKind
from firstspike.hw.codes.word_decoder import EventDecoder, PixelDecoder, WordDecoder
from firstspike.hw.layouts import candidates


def simulate(component, bench):
    simulator = Simulator(component)
    simulator.add_testbench(bench)
    simulator.run()


@pytest.mark.parametrize("time_steps", [1, 7, 24, 31])
def test_every_pixel_has_the_golden_digits_and_spike_time(time_steps):
    decoder = PixelDecoder(time_steps)

    async def bench(ctx):
        for pixel in range(256):
            ctx.set(decoder.pixel, pixel)
            digits = pixel_digits.digits(np.uint8(pixel))
            assert ctx.get(decoder.digits) == sum(int(digit != 0) << b for b, digit in enumerate(digits))
            assert ctx.get(decoder.signs) == sum(int(digit < 0) << b for b, digit in enumerate(digits))
            assert ctx.get(decoder.spike) == pixel_spikes.spike_time(pixel, time_steps)

    simulate(decoder, bench)


class Decoders(wiring.Component):
    """Both halves, with the word held between them."""

    def __init__(self, config):
        self._config = config
        super().__init__(
            {
                "kind": In(InputKind),
                "spike_word": In(config.spike_word_bits),
                "pixel_word": In(IMAGE_STREAM_BITS),
                "chosen": In(candidates(config)),
                "candidates": Out(candidates(config)),
                "channel": Out(8),
                "event_time": Out(formats.EVENT_TIME_BITS),
                "negative": Out(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        m.submodules.words = words = WordDecoder(self._config)
        m.submodules.events = events = EventDecoder(self._config)
        m.d.comb += [
            words.kind.eq(self.kind),
            words.spike_word.eq(self.spike_word),
            words.pixel_word.eq(self.pixel_word),
            self.candidates.eq(words.candidates),
            events.kind.eq(self.kind),
            events.chosen.eq(self.chosen),
            events.payload.eq(words.payload),
            self.channel.eq(events.channel),
            self.event_time.eq(events.event_time),
            self.negative.eq(events.negative),
        ]
        return m


def golden_events(kind, neurons, time_steps):
    """[(channel, time, negative)] of a word of spike words or of four pixels."""
    if kind == InputKind.SPIKES:
        return [(n, time, 0) for n, time in enumerate(neurons) if time != ttfs.SILENT]
    if kind == InputKind.PIXEL_SPIKES:
        times = [pixel_spikes.spike_time(pixel, time_steps) for pixel in neurons]
        return [(p, time, 0) for p, time in enumerate(times) if time != ttfs.SILENT]
    digits = pixel_digits.digits(np.array(neurons, np.uint8))
    return [(p, pixel_digits.digit_time(b), int(digits[p, b] < 0)) for p, b in np.argwhere(digits)]


@pytest.mark.parametrize("kind", list(InputKind))
@pytest.mark.parametrize("word_neurons, time_steps", [(1, 24), (4, 24), (8, 7), (32, 31), (64, 24)])
def test_events_of_random_words(kind, word_neurons, time_steps):
    config = PRESETS["paper"].model_copy(
        update={"word_neurons": word_neurons, "encoders": 1, "lanes": 64, "clusters": 1, "time_steps": time_steps}
    )
    decoders = Decoders(config)
    choose = random.Random(word_neurons)

    async def bench(ctx):
        ctx.set(decoders.kind, kind)
        for _ in range(40):
            density = choose.random()
            if kind == InputKind.SPIKES:
                neurons = [
                    choose.randrange(31) if choose.random() < density else ttfs.SILENT for _ in range(word_neurons)
                ]
                ctx.set(decoders.spike_word, pack(neurons, formats.SPIKE_BITS))
                ctx.set(decoders.pixel_word, choose.getrandbits(IMAGE_STREAM_BITS))
            else:
                neurons = [choose.randrange(256) if choose.random() < density else 0 for _ in range(PIXELS_PER_WORD)]
                ctx.set(decoders.pixel_word, pack(neurons, formats.PIXEL_BITS))
                ctx.set(decoders.spike_word, choose.getrandbits(config.spike_word_bits))
            found = ctx.get(decoders.candidates)
            events = []
            while found:
                ctx.set(decoders.chosen, found & -found)
                events.append(tuple(map(ctx.get, (decoders.channel, decoders.event_time, decoders.negative))))
                found &= found - 1
            assert events == golden_events(kind, neurons, time_steps)

    simulate(decoders, bench)


def pack(values, bits):
    return sum(value << bits * index for index, value in enumerate(values))
