"""What every code answers: which events a word yields, and for spike codes how a finished potential becomes a word.

A new code is a file here, one beside it in `definitions/`, one in `hw/codes/` and one in `quant/codes/`, all named like
the code, and a registration (`golden.codes.register`). Everything else asks the code.
"""

import functools
from abc import ABC, abstractmethod
from typing import NamedTuple

import numpy as np

from firstspike.golden import formats


class Event(NamedTuple):
    """One event of a word.

    Attributes
    ----------
    time : int
        In ticks, 0..32.
    sign : int
        1, or -1 for an event that flips the signs of the weights.
    """

    time: int
    sign: int = 1


class Code(ABC):
    """What the words of a map mean to the layer that reads them.

    `settings` is anything with `time_steps` and `fraction_bits`: a network or a hardware configuration.

    Attributes
    ----------
    name : str
    home : str
        Package whose `golden.codes.definitions`, `hw.codes` and `quant.codes` have the code's other files.
    bits : int
        Of a word.
    silent : int
        A word without any event.
    usual_events : float
        Events of a word in a usual network, for estimates.
    largest : tuple of Event
        What the proof of ranges takes for the largest value of a word; every other value is smaller, and may be zero.
    """

    name: str
    home = "firstspike"
    bits: int
    silent: int
    usual_events: float
    largest = (Event(0),)

    @abstractmethod
    def events(self, word: int, settings) -> tuple[Event, ...]:
        """Events of a word, also of one that no neuron sends (a flipped bit can make any)."""

    def sent(self, settings) -> range | tuple[int, ...]:
        """The words that occur where no bit is flipped."""
        return range(1 << self.bits)

    def event_times(self, settings) -> tuple[int, ...]:
        """Times that the events of the words that occur can have, increasing."""
        return tuple(sorted({event.time for word in self.sent(settings) for event in self.events(word, settings)}))

    def event_counts(self, settings) -> np.ndarray:
        """uint8 array (2^bits,): number of events by word."""
        return _counts(self, settings.time_steps, settings.fraction_bits)

    def most_events(self, settings) -> int:
        """Events of a word at most."""
        return int(self.event_counts(settings).max())


class SpikeCode(Code):
    """A code that neurons send: words of `formats.SPIKE_BITS` bits in the spike buffer."""

    bits = formats.SPIKE_BITS

    @abstractmethod
    def encode(self, potential: int, offset: int, settings) -> int:
        """Word of one neuron whose membrane potential is finished, in plain integers.

        Parameters
        ----------
        potential : int
            In units of 2^-F, bias included.
        offset : int
            The parameter of the output channel.
        """

    @abstractmethod
    def encoder(self, offsets: np.ndarray, settings):
        """The same for many neurons at once.

        Parameters
        ----------
        offsets : int64 array (channels,)

        Returns
        -------
        function of an int32 array (..., channels)
            Words, uint8 of the same shape. A larger potential never gives a word that `pool` prefers a smaller one to,
            so that the largest potential of a window decides.
        """

    @abstractmethod
    def pool(self, words: np.ndarray, axis: int) -> np.ndarray:
        """Maximum of words along an axis."""

    @abstractmethod
    def text(self, word: int) -> str:
        """A word for people."""


@functools.cache
def _counts(code, time_steps, fraction_bits):
    settings = Settings(time_steps, fraction_bits)
    counts = np.array([len(code.events(word, settings)) for word in range(1 << code.bits)], np.uint8)
    counts.flags.writeable = False
    return counts


class Settings(NamedTuple):
    """What a code needs to know of a network or a configuration."""

    time_steps: int
    fraction_bits: int
