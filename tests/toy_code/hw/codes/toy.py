"""The toy code in hardware: the lowest bit of a word says whether the neuron fires."""

from functools import reduce
from operator import or_

from amaranth.hdl import Cat, Module, Mux, Signal, signed
from amaranth.lib import wiring

from firstspike.golden import formats
from firstspike.hw.codes import LANE_LATENCY, lane_signature


def candidates(config):
    return config.word_neurons


def payload_bits(config):
    return 1


def decode(spike_word, config):
    return Cat(spike_word[n * formats.SPIKE_BITS] for n in range(config.word_neurons)), 0


def event(chosen, payload, config):
    return reduce(or_, (Mux(chosen[n], n, 0) for n in range(config.word_neurons))), 0


def pooled(first, before, word):
    return Mux(first, word, word | before)


class Lane(wiring.Component):
    """One lane of the spike encoder for the toy code."""

    def __init__(self, config):
        self._config = config
        super().__init__(lane_signature(config))

    def elaborate(self, platform):
        m = Module()
        m.d.sync += self.potential.eq(self.sum + self.bias)
        fires = self.potential > 0
        for stage in range(2, LANE_LATENCY):
            later = Signal(name=f"fires_{stage}")
            m.d.sync += later.eq(fires)
            fires = later
        unused = Signal(signed(len(self.offset)))
        m.d.comb += unused.eq(self.offset)
        m.d.sync += self.spike.eq(fires)
        return m
