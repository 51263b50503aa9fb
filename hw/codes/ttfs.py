"""Time to first spike in hardware: a word is a spike time, or silent."""

from functools import reduce
from operator import or_

from amaranth.hdl import Cat, Mux

from firstspike.golden import formats
from firstspike.golden.codes.ttfs import SILENT
from firstspike.hw.codes.fire_unit import FireUnit as Lane

__all__ = ["Lane", "candidates", "decode", "event", "payload_bits", "pooled"]


def candidates(config):
    return config.word_neurons


def payload_bits(config):
    return config.spike_word_bits


def decode(spike_word, config):
    neurons = [spike_word.word_select(n, formats.SPIKE_BITS) for n in range(config.word_neurons)]
    return Cat(neuron != SILENT for neuron in neurons), spike_word


def event(chosen, payload, config):
    def select(values):
        """OR of the values whose one-hot bit is set."""
        return reduce(or_, (Mux(chosen[n], value, 0) for n, value in enumerate(values)))

    neurons = range(config.word_neurons)
    return select(neurons), select(payload.word_select(n, formats.SPIKE_BITS) for n in neurons)


def pooled(first, before, word):
    # The maximum of the potentials of a window is the minimum of their spike times; silence is later than any.
    return Mux(first | (word < before), word, before)
