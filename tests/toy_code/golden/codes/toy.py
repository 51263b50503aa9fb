"""A code for the tests: one bit, fires when V > 0."""

import numpy as np

from firstspike.golden.codes import Event, SpikeCode


class Toy(SpikeCode):
    name = "toy"
    home = "tests.toy_code"
    silent = 0
    usual_events = 0.5

    def events(self, word, settings):
        return (Event(0),) * (word & 1)

    def sent(self, settings):
        return (0, 1)

    def encode(self, potential, offset, settings):
        return int(potential > 0)

    def encoder(self, offsets, settings):
        return lambda potentials: (potentials > 0).astype(np.uint8)

    def pool(self, words, axis):
        return words.max(axis=axis)

    def text(self, word):
        return f"{word}"
