"""Accuracy against the rate of flipped bits, on the golden model."""

import math

import numpy as np

from firstspike.golden import formats
from firstspike.golden.evaluators.faults import POTENTIAL_BITS, Faults, Flips, LayerFaults, LocalFlips
from firstspike.golden.microarchitecture import OFFSET_BITS
from firstspike.golden.network import Network
from firstspike.golden.schedule import Schedule
from firstspike.verify.faults import sites
from firstspike.verify.faults.hits import BIAS_BITS

MEMORIES = ("weights", "spikes", "partial_sums", "potentials", "network_stream", "image_stream")
RATES = (1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2)
BITS = {"weights": formats.WEIGHT_BITS, "spikes": formats.SPIKE_BITS, "partial_sums": POTENTIAL_BITS}
"""Memories whose bits are also flipped one position at a time, and the width of their numbers."""
BIT_RATE = 1e-2
"""Share of the numbers of which the one bit is flipped."""


def draw(
    network: Network,
    schedule: Schedule,
    images: int,
    memory: str,
    rate: float,
    rng: np.random.Generator,
    bit: int | None = None,
) -> Faults:
    """Independent flips of every bit (or of one bit of every number) of one of the `MEMORIES`, with this probability.

    Every number is hit at most once in its life: a weight for as long as the network is loaded (so the same weights
    are wrong for all images), the numbers of an image (pixels, spikes, potentials) once each.
    """

    def flips(numbers, width):
        return _flips(rng, numbers, width, rate, bit)

    shape = math.prod(network.input_shape)
    if memory == "image_stream":
        return Faults(images=[flips(images * shape, formats.PIXEL_BITS)])
    faults = Faults()
    chunks = sites.chunks(network, schedule)
    maps = network.maps()
    for index, layer in enumerate(network.layers):
        of_layer = LayerFaults()
        conv = images * math.prod(layer.conv_map(maps[index][1:])) * layer.out_channels
        if memory in ("weights", "network_stream"):
            of_layer.weights.append(LocalFlips(flips(layer.weights.size, formats.WEIGHT_BITS)))
        if memory == "network_stream":
            of_layer.biases.append(LocalFlips(flips(layer.out_channels, BIAS_BITS)))
            if layer.fires:
                of_layer.offsets.append(LocalFlips(flips(layer.out_channels, OFFSET_BITS)))
        if memory == "spikes" and layer.fires:
            of_layer.spikes.append(flips(images * math.prod(maps[index + 1]), formats.SPIKE_BITS))
        last = len(chunks[index]) - 1
        numbers = {"partial_sums": range(last), "potentials": [last]}.get(memory, ())
        of_layer.sums.extend((number, flips(conv, POTENTIAL_BITS)) for number in numbers)
        faults.layers[index] = of_layer
    return faults


def _flips(rng, numbers, width, rate, bit):
    bits = numbers if bit is not None else numbers * width
    hit = rng.choice(bits, rng.binomial(bits, rate), replace=False, shuffle=False)
    if bit is not None:
        return Flips(hit, np.full(len(hit), bit, np.uint8))
    return Flips(hit // width, (hit % width).astype(np.uint8))


def count(faults):
    """Flips in all places."""
    layers = faults.layers.values()
    every = [
        *faults.images,
        *(flips for layer in layers for flips in layer.spikes),
        *(flips for layer in layers for _, flips in layer.sums),
        *(local.flips for layer in layers for local in (*layer.weights, *layer.biases, *layer.offsets)),
    ]
    return sum(len(flips.places) for flips in every)


def correct(evaluator, schedule, pixels, labels, memory, rate, seed, bit=None):
    """Evaluates the images once.

    Returns
    -------
    dict
        `flips` drawn, and images that are classified `correct`ly.
    """
    # A stream of random numbers of its own for every point, whatever else has been drawn.
    rng = np.random.default_rng(
        [seed, MEMORIES.index(memory), round(-1000 * math.log10(rate)), *([] if bit is None else [bit])]
    )
    faults = draw(evaluator.network, schedule, len(pixels), memory, rate, rng, bit)
    evaluation = evaluator.run(pixels, faults)
    return {"flips": count(faults), "correct": int((evaluation.classes(evaluator.network) == labels).sum())}
