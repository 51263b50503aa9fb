"""The spike codes: what a word means, which events it yields, and how a potential becomes a word (docs/formats.md)."""

import importlib

from firstspike.golden.codes.code import Code, Event, SpikeCode
from firstspike.golden.codes.pixel_digits import PixelDigits
from firstspike.golden.codes.pixel_spikes import PixelSpikes
from firstspike.golden.codes.ttfs import Ttfs

__all__ = ["INPUTS", "SPIKES", "Code", "Event", "SpikeCode", "input_code", "part", "register", "spike_code"]

INPUTS: dict[str, Code] = {"direct": PixelDigits(), "ttfs": PixelSpikes()}
"""Name of an input coding -> what the pixels mean."""

SPIKES: dict[str, SpikeCode] = {}
"""Name of a spike code -> the code."""


def register(code: SpikeCode) -> None:
    """Make a spike code known under its name."""
    SPIKES[code.name] = code


register(Ttfs())


def input_code(name: str) -> Code:
    """The code of the pixels under the input coding `name`.

    Raises
    ------
    ValueError
        There is none.
    """
    return _find(INPUTS, "input coding", name)


def spike_code(name: str) -> SpikeCode:
    """The spike code `name`.

    Raises
    ------
    ValueError
        There is none.
    """
    return _find(SPIKES, "spike code", name)


def part(code: Code, package: str):
    """The code's module in another package: `golden.codes.definitions`, `hw.codes` or `quant.codes`."""
    return importlib.import_module(f"{code.home}.{package}.{code.name}")


def _find(known, what, name):
    if name not in known:
        raise ValueError(f"{what} must be one of {', '.join(known)}, not {name!r}")
    return known[name]
