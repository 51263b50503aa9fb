"""Where a bit is in the RTL, and what its flip means to the golden model.

Every word that the processor writes into a memory while it runs a schedule is enumerated in the order of writing, with
the instance, the row, and the number of earlier writes to the row: so a flip in the RTL and one in the golden model
can be the same event.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from firstspike.golden import formats
from firstspike.golden.config import PIXELS_PER_WORD
from firstspike.golden.evaluators.faults import Faults, Flips, LayerFaults, LocalFlips
from firstspike.golden.microarchitecture import PARAMETER_SLOTS

BIAS_BITS = 32
MEMORIES = ("weights", "parameters", "spikes", "partial_sums", "potentials", "images")


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
    add : function of (dict, int)
        Adds the flip of one of its bits to the arguments of `Faults` as `new_faults` makes them.
    """

    memory: str
    row: int
    write: int
    first_bit: int
    bits: int
    add: object

    def place(self, bit):
        return Place(self.memory, self.row, self.write, self.first_bit + bit)


def draw(network, schedule, runs, memory, count, rng):
    """Random flips in one memory, each in another word.

    Parameters
    ----------
    network : Network
    schedule : Schedule
    runs : int
        Runs of the schedule, one after the other without a reset.
    memory : str
        One of `MEMORIES`.
    count : int
    rng : numpy.random.Generator

    Returns
    -------
    places : list of Place
        Fewer than `count` if the memory has fewer words.
    faults : golden.evaluators.faults.Faults
        The same flips, for all images of all runs.
    """
    sites = list(_ENUMERATIONS[memory](_Walk(network, schedule, runs)))
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
        site.add(faults, bit)
    return places, faults


class _Walk:
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
            for sweep in run.passes:
                yield first_image, run, sweep

    def unit_place(self, run, first_image, unit):
        """(image, y, x) of an output unit of a run."""
        _, height, width = self.maps[run.layer + 1]
        image, position = divmod(unit, height * width)
        return first_image + image, *divmod(position, width)

    def own_units(self, run, sweep, cluster):
        """Units of the pass that a cluster works on."""
        return [sweep.first_unit + n for n in range(sweep.units) if n % run.split == cluster % run.split]

    def mask(self, run, first_image, units):
        _, height, width = self.maps[run.layer + 1]
        mask = np.zeros((self.images, height, width), bool)
        for unit in units:
            mask[self.unit_place(run, first_image, unit)] = True
        return mask

    def cluster_channels(self, run, sweep, cluster):
        """(lane, output channel) of the lanes of a cluster that hold a channel."""
        config = self.config
        first = cluster // run.split * config.cluster_lanes
        return [
            (lane, sweep.first_channel + first + lane)
            for lane in range(config.cluster_lanes)
            if first + lane < sweep.channels
        ]


def chunks(network, schedule):
    """First input channels of the chunks of every layer, for `golden.evaluators.faults.FaultyEvaluator`."""
    first = [{0} for _ in network.layers]
    for run in schedule.runs:
        first[run.layer] |= {sweep.first_word * schedule.input_word_neurons(run) for sweep in run.passes}
    return [tuple(sorted(channels)) for channels in first]


def _layer(faults, index):
    return faults.layers.setdefault(index, LayerFaults())


def _flip(place, shape, bit):
    return Flips(np.array([np.ravel_multi_index(place, shape)]), np.array([bit], np.uint8))


def _weights(walk):
    loaded = 0
    for first_image, run, sweep in walk.passes():
        layer = walk.network.layers[run.layer]
        for index in range(sweep.rows):
            write, row = divmod(loaded, walk.config.ring_rows)
            loaded += 1
            tap, channel = divmod(index, sweep.rows_per_tap)
            in_channel = sweep.first_word * walk.schedule.input_word_neurons(run) + channel
            for cluster in range(walk.config.clusters):
                units = walk.own_units(run, sweep, cluster)
                if not units:
                    continue
                for lane, out_channel in walk.cluster_channels(run, sweep, cluster):
                    place = out_channel, in_channel, *divmod(tap, layer.window.kernel[1])

                    def add(faults, bit, layer=layer, run=run, place=place, units=units, first_image=first_image):
                        _layer(faults, run.layer).weights.append(
                            LocalFlips(_flip(place, layer.weights.shape, bit), walk.mask(run, first_image, units))
                        )

                    yield Site(
                        f"cluster_{cluster}.weight_ring",
                        row,
                        write,
                        lane * formats.WEIGHT_BITS,
                        formats.WEIGHT_BITS,
                        add,
                    )


def _parameters(walk):
    config = walk.config
    rows_of_slot = config.lanes // config.encoders
    writes = Counter()
    groups = 0
    for first_image, run in walk.runs:
        layer = walk.network.layers[run.layer]
        for index, sweep in enumerate(run.passes):
            if not sweep.has_parameters:
                continue
            later = run.passes[index:]
            end = next((n for n, other in enumerate(later[1:], 1) if other.has_parameters), len(later))
            units = [
                unit
                for other in later[:end]
                if other.last_chunk
                for unit in range(other.first_unit, other.first_unit + other.units)
            ]
            for row in range(rows_of_slot // run.split):
                address = groups % PARAMETER_SLOTS * rows_of_slot + row
                for encoder in range(config.encoders):
                    channel = row * config.encoders + encoder
                    if channel >= sweep.channels:
                        continue
                    # The offset of an output layer is for those who read the potentials, not for the processor.
                    bits = formats.PARAMETER_BITS if layer.fires else BIAS_BITS

                    def add(
                        faults,
                        bit,
                        run=run,
                        channel=sweep.first_channel + channel,
                        units=units,
                        first_image=first_image,
                        channels=layer.out_channels,
                    ):
                        kind = "biases" if bit < BIAS_BITS else "offsets"
                        getattr(_layer(faults, run.layer), kind).append(
                            LocalFlips(
                                _flip((channel,), (channels,), bit % BIAS_BITS), walk.mask(run, first_image, units)
                            )
                        )

                    yield Site("parameter_store", address, writes[address], encoder * formats.PARAMETER_BITS, bits, add)
                writes[address] += 1
            groups += 1


def _spikes(walk):
    word_neurons = walk.config.word_neurons
    writes = Counter()
    for first_image, run in walk.runs:
        layer = walk.network.layers[run.layer]
        if not layer.fires:
            continue
        channels, height, width = walk.maps[run.layer + 1]
        shape = walk.images, channels, height, width
        for unit in range(run.images * height * width):
            image, y, x = walk.unit_place(run, first_image, unit)
            for word in range(run.out_words):
                address = run.out_base + unit * run.out_words + word
                for channel in range(word * word_neurons, min(channels, (word + 1) * word_neurons)):

                    def add(faults, bit, run=run, place=(image, channel, y, x), shape=shape):
                        _layer(faults, run.layer).spikes.append(_flip(place, shape, bit))

                    yield Site(
                        "spike_buffer",
                        address,
                        writes[address],
                        channel % word_neurons * formats.SPIKE_BITS,
                        formats.SPIKE_BITS,
                        add,
                    )
                writes[address] += 1


def _sums(walk, name, last_chunk, row_of):
    """Potentials stored by the clusters; `row_of(visit of the pass, visits stored so far)` is the row."""
    config = walk.config
    chunk_starts = chunks(walk.network, walk.schedule)
    for cluster in range(config.clusters):
        writes = Counter()
        stored = 0
        for first_image, run, sweep in walk.passes():
            if sweep.last_chunk != last_chunk:
                continue
            layer = walk.network.layers[run.layer]
            number = chunk_starts[run.layer].index(sweep.first_word * walk.schedule.input_word_neurons(run))
            shape = walk.images, *layer.conv_map(walk.maps[run.layer][1:]), layer.out_channels
            lanes = walk.cluster_channels(run, sweep, cluster)
            visits = [
                (unit, window)
                for unit in walk.own_units(run, sweep, cluster)
                for window in range(layer.unit_window.positions)
            ]
            for visit, (unit, window) in enumerate(visits):
                row = row_of(visit, stored)
                stored += 1
                image, y, x = walk.unit_place(run, first_image, unit)
                y, x = layer.unit_window.position_of((y, x), window)
                for lane, channel in lanes:

                    def add(faults, bit, run=run, number=number, place=(image, y, x, channel), shape=shape):
                        _layer(faults, run.layer).sums.append((number, _flip(place, shape, bit)))

                    yield Site(
                        f"cluster_{cluster}.{name}", row, writes[row], lane * config.acc_bits, config.acc_bits, add
                    )
                writes[row] += 1


def _partial_sums(walk):
    return _sums(walk, "partial_sums", False, lambda visit, stored: visit)


def _potentials(walk):
    return _sums(walk, "drain_memory", True, lambda visit, stored: stored % walk.config.drain_positions)


def _images(walk):
    channels, height, width = walk.network.input_shape
    shape = walk.images, channels, height, width
    received = 0
    for image in range(walk.images):
        for position in range(height * width):
            for word in range(-(-channels // PIXELS_PER_WORD)):
                write, row = divmod(received, walk.config.image_words)
                received += 1
                for channel in range(word * PIXELS_PER_WORD, min(channels, (word + 1) * PIXELS_PER_WORD)):

                    def add(faults, bit, place=(image, channel, *divmod(position, width))):
                        faults.images.append(_flip(place, shape, bit))

                    yield Site(
                        "image_buffer.pixels",
                        row,
                        write,
                        channel % PIXELS_PER_WORD * formats.PIXEL_BITS,
                        formats.PIXEL_BITS,
                        add,
                    )


_ENUMERATIONS = {
    "weights": _weights,
    "parameters": _parameters,
    "spikes": _spikes,
    "partial_sums": _partial_sums,
    "potentials": _potentials,
    "images": _images,
}
