"""Where a bit is in the RTL, and what its flip means to the golden model.

Every word that the processor writes into a memory while it runs a schedule is enumerated in the order of writing, with
the instance, the row, and the number of earlier writes to the row: so a flip in the RTL and one in the golden model
can be the same event.
"""

import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from firstspike.golden import formats
from firstspike.golden.config import PIXELS_PER_WORD
from firstspike.golden.evaluators.faults import Faults
from firstspike.golden.microarchitecture import PARAMETER_SLOTS
from firstspike.golden.network import Network
from firstspike.golden.schedule import Schedule
from firstspike.verify.faults import hits


@dataclass(frozen=True)
class Place:
    """A bit in the RTL.

    Attributes
    ----------
    memory : str
        Instance below the top module, `{c}.weight_ring` as `cluster_0.weight_ring`.
    row, write, bit : int
        The bit of a row turns over in write number `write` to the row since reset.
    """

    memory: str
    row: int
    write: int
    bit: int


@dataclass(frozen=True, eq=False)
class Site:
    """A stored number that faults can hit.

    Attributes
    ----------
    memory, row, write : as of `Place`
    first_bit, bits : int
        Where it lies in the row.
    hit : function of (Faults, int)
        Adds the flip of one of its bits.
    """

    memory: str
    row: int
    write: int
    first_bit: int
    bits: int
    hit: Callable

    def place(self, bit):
        return Place(self.memory, self.row, self.write, self.first_bit + bit)


def draw(
    network: Network, schedule: Schedule, runs: int, memory: str, count: int, rng: np.random.Generator
) -> tuple[list[Place], Faults]:
    """Random flips in one of the `MEMORIES`, each in another word; fewer than `count` if it has fewer words.

    There are several runs of the schedule, one after the other without a reset; the flips of the golden model are those
    for all of their images.
    """
    sites = list(ENUMERATIONS[memory](Walk(network, schedule, runs)))
    places, faults, words = [], Faults(), set()
    for index in rng.permutation(len(sites)):
        site = sites[index]
        if len(places) == count:
            break
        if (site.memory, site.row, site.write) in words:
            continue
        words.add((site.memory, site.row, site.write))
        bit = int(rng.integers(site.bits))
        places.append(site.place(bit))
        site.hit(faults, bit)
    return places, faults


class Walk:
    """A schedule that is run several times."""

    def __init__(self, network, schedule, runs):
        self.network = network
        self.schedule = schedule
        self.config = schedule.config
        self.images = runs * schedule.batch
        self.runs = [(batch * schedule.batch + run.first_image, run) for batch in range(runs) for run in schedule.runs]
        self.maps = network.maps()

    def passes(self):
        """(first image, layer run, pass) in order."""
        for first_image, run in self.runs:
            for pass_ in run.passes:
                yield first_image, run, pass_

    def unit_place(self, run, first_image, unit):
        """(image, y, x) of an output unit of a run."""
        _, height, width = self.maps[run.layer + 1]
        image, position = divmod(unit, height * width)
        return first_image + image, *divmod(position, width)

    def own_units(self, run, pass_, cluster):
        """Units of the pass that a cluster works on."""
        return [pass_.first_unit + n for n in range(pass_.units) if n % run.split == cluster % run.split]

    def mask(self, run, first_image, units):
        _, height, width = self.maps[run.layer + 1]
        mask = np.zeros((self.images, height, width), bool)
        for unit in units:
            mask[self.unit_place(run, first_image, unit)] = True
        return mask

    def cluster_channels(self, run, pass_, cluster):
        """(lane, output channel) of the lanes of a cluster that hold a channel."""
        config = self.config
        first = cluster // run.split * config.cluster_lanes
        return [
            (lane, pass_.first_channel + first + lane)
            for lane in range(config.cluster_lanes)
            if first + lane < pass_.channels
        ]


def chunks(network, schedule):
    """First input channels of the chunks of every layer, for `golden.evaluators.faults.FaultyEvaluator`."""
    first = [{0} for _ in network.layers]
    for run in schedule.runs:
        first[run.layer] |= {pass_.first_word * schedule.input_word_neurons(run) for pass_ in run.passes}
    return [tuple(sorted(channels)) for channels in first]


def group_passes(run, index):
    """Passes whose potentials take the parameters that pass `index` of a layer run brings."""
    end = next((n for n in range(index + 1, len(run.passes)) if run.passes[n].has_parameters), len(run.passes))
    return [pass_ for pass_ in run.passes[index:end] if pass_.last_chunk]


def _weights(walk):
    loaded = 0
    bits = formats.WEIGHT_BITS
    for first_image, run, pass_ in walk.passes():
        layer = walk.network.layers[run.layer]
        for index in range(pass_.rows):
            write, row = divmod(loaded, walk.config.ring_rows)
            loaded += 1
            tap, channel = divmod(index, pass_.rows_per_tap)
            in_channel = pass_.first_word * walk.schedule.input_word_neurons(run) + channel
            for cluster in range(walk.config.clusters):
                own = walk.own_units(run, pass_, cluster)
                if not own:
                    continue
                units = partial(walk.mask, run, first_image, own)
                for lane, out_channel in walk.cluster_channels(run, pass_, cluster):
                    place = out_channel, in_channel, *divmod(tap, layer.window.kernel[1])
                    hit = partial(hits.weight, run.layer, layer.weights.shape, place, units)
                    yield Site(f"cluster_{cluster}.weight_ring", row, write, lane * bits, bits, hit)


def _parameters(walk):
    config = walk.config
    rows_of_slot = config.lanes // config.encoders
    writes = Counter()
    groups = 0
    for first_image, run in walk.runs:
        layer = walk.network.layers[run.layer]
        # The offset of an output layer is for those who read the potentials, not for the processor.
        bits = formats.PARAMETER_BITS if layer.fires else hits.BIAS_BITS
        for index, pass_ in enumerate(run.passes):
            if not pass_.has_parameters:
                continue
            own = [one.first_unit + n for one in group_passes(run, index) for n in range(one.units)]
            units = partial(walk.mask, run, first_image, own)
            for row in range(rows_of_slot // run.split):
                address = groups % PARAMETER_SLOTS * rows_of_slot + row
                for encoder in range(config.encoders):
                    channel = row * config.encoders + encoder
                    if channel >= pass_.channels:
                        continue
                    hit = partial(hits.parameter, run.layer, layer.out_channels, pass_.first_channel + channel, units)
                    yield Site("parameter_store", address, writes[address], encoder * formats.PARAMETER_BITS, bits, hit)
                writes[address] += 1
            groups += 1


def _spikes(walk):
    word_neurons, bits = walk.config.word_neurons, formats.SPIKE_BITS
    writes = Counter()
    for first_image, run in walk.runs:
        if not walk.network.layers[run.layer].fires:
            continue
        channels, height, width = walk.maps[run.layer + 1]
        shape = walk.images, channels, height, width
        for unit in range(run.images * height * width):
            image, y, x = walk.unit_place(run, first_image, unit)
            for word in range(run.out_words):
                address = run.out_base + unit * run.out_words + word
                for channel in range(word * word_neurons, min(channels, (word + 1) * word_neurons)):
                    hit = partial(hits.spike, run.layer, shape, (image, channel, y, x))
                    yield Site("spike_buffer", address, writes[address], channel % word_neurons * bits, bits, hit)
                writes[address] += 1


def _sums(walk, name, last_chunk, row_of):
    """Potentials stored by the clusters; `row_of(visit of the pass, visits stored so far)` is the row."""
    bits = walk.config.acc_bits
    chunk_starts = chunks(walk.network, walk.schedule)
    for cluster in range(walk.config.clusters):
        writes = Counter()
        stored = 0
        for first_image, run, pass_ in walk.passes():
            if pass_.last_chunk != last_chunk:
                continue
            layer = walk.network.layers[run.layer]
            number = chunk_starts[run.layer].index(pass_.first_word * walk.schedule.input_word_neurons(run))
            shape = walk.images, *layer.conv_map(walk.maps[run.layer][1:]), layer.out_channels
            visits = itertools.product(walk.own_units(run, pass_, cluster), range(layer.unit_window.positions))
            for visit, (unit, window) in enumerate(visits):
                row = row_of(visit, stored)
                stored += 1
                image, y, x = walk.unit_place(run, first_image, unit)
                y, x = layer.unit_window.position_of((y, x), window)
                for lane, channel in walk.cluster_channels(run, pass_, cluster):
                    hit = partial(hits.potential, run.layer, number, shape, (image, y, x, channel))
                    yield Site(f"cluster_{cluster}.{name}", row, writes[row], lane * bits, bits, hit)
                writes[row] += 1


def _partial_sums(walk):
    return _sums(walk, "partial_sums", False, lambda visit, stored: visit)


def _potentials(walk):
    return _sums(walk, "drain_memory", True, lambda visit, stored: stored % walk.config.drain_positions)


def _images(walk):
    channels, height, width = walk.network.input_shape
    shape = walk.images, channels, height, width
    words = [range(first, min(channels, first + PIXELS_PER_WORD)) for first in range(0, channels, PIXELS_PER_WORD)]
    received = itertools.product(range(walk.images), range(height), range(width), words)
    for number, (image, y, x, word) in enumerate(received):
        write, row = divmod(number, walk.config.image_words)
        for place, channel in enumerate(word):
            hit = partial(hits.pixel, shape, (image, channel, y, x))
            yield Site("image_buffer.pixels", row, write, place * formats.PIXEL_BITS, formats.PIXEL_BITS, hit)


ENUMERATIONS = {
    "weights": _weights,
    "parameters": _parameters,
    "spikes": _spikes,
    "partial_sums": _partial_sums,
    "potentials": _potentials,
    "images": _images,
}
"""By memory: yields the Sites of a Walk in the order of writing."""

MEMORIES = tuple(ENUMERATIONS)
