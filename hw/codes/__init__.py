"""What the words of each code mean in hardware.

A module a spike code, named like it, with

* `candidates(config)`, `payload_bits(config)`: events of a word of the spike buffer at most; bits that tell them apart
  when they are taken out one by one;
* `decode(spike_word, config)`: candidates (one bit each) and payload of a word;
* `event(chosen, payload, config)`: input channel and time of the chosen candidate (one-hot);
* `pooled(first, before, word)`: the word kept of a pool window, from the one kept before and the next one;
* `Lane`: component with `lane_signature` that turns a finished potential into a word in `LANE_LATENCY` cycles.
"""

from amaranth.hdl import signed
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from firstspike.golden import codes, formats
from firstspike.golden.microarchitecture import OFFSET_BITS

LANE_LATENCY = 5
"""Cycles from an accumulated sum to its word, for every code: what travels beside the lanes has as many stages."""


def of(config):
    """The module of the configuration's spike code."""
    return codes.part(codes.spike_code(config.spike_code), "hw.codes")


def lane_signature(config):
    """Ports of one lane of the spike encoder.

    =========  ==================================================
    port       meaning
    =========  ==================================================
    sum        accumulated products
    bias       bias of the output channel
    offset     parameter of the output channel
    potential  with bias, one cycle later
    spike      word, `LANE_LATENCY` cycles later
    =========  ==================================================
    """
    return wiring.Signature(
        {
            "sum": In(signed(config.acc_bits)),
            "bias": In(signed(config.acc_bits)),
            "offset": In(signed(OFFSET_BITS)),
            "potential": Out(signed(config.acc_bits)),
            "spike": Out(formats.SPIKE_BITS),
        }
    )
