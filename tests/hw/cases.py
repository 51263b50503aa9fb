"""Random networks on small configurations, with what the golden model says about them."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from firstspike.golden import formats
from firstspike.golden.codes import ttfs
from firstspike.golden.counting import counts
from firstspike.golden.evaluators import reference
from firstspike.golden.evaluators.evaluation import Evaluation
from firstspike.golden.network import Network
from firstspike.golden.random_networks import random_config, random_images, random_network
from firstspike.golden.schedule import Schedule
from firstspike.golden.streams.network_stream import encode
from firstspike.golden.streams.records import Packet
from firstspike.quant.mapper.mapper import MappingError, schedule
from tests.hw.processor_bench import Session, image_beats, network_beats


@dataclass
class Case:
    """A batch of images for a network, and what the golden model says about it."""

    network: Network
    schedule: Schedule
    images: np.ndarray
    evaluation: Evaluation

    @property
    def stream(self):
        """The network stream, as bytes."""
        return encode(self.network, self.schedule)

    def session(self, **options):
        """Both streams, for a `ProcessorBench`."""
        return Session(network_beats(self.stream, self.schedule.config), image_beats(self.images), **options)

    @property
    def counts(self):
        """Operation counts per layer run."""
        return counts.count(self.network, self.schedule, self.images, self.evaluation)

    def potentials(self, outcome):
        """Potentials of an outcome, in the shape of the golden ones."""
        return outcome.potentials(*self.evaluation.potentials.shape)


def golden_trace(case):
    """{(run, layer, address): spike word} of every word that the run writes."""
    words = {}
    config = case.schedule.config
    for index, run in enumerate(case.schedule.runs):
        if not case.network.layers[run.layer].fires:
            continue
        maps = case.evaluation.spikes[run.layer][run.first_image : run.first_image + run.images].transpose(0, 2, 3, 1)
        positions = maps.reshape(-1, maps.shape[-1])
        padded = np.full((len(positions), run.out_words * config.word_neurons), ttfs.SILENT)
        padded[:, : positions.shape[1]] = positions
        for number, neurons in enumerate(padded.reshape(-1, config.word_neurons)):
            words[index, run.layer, run.out_base + number] = sum(
                int(time) << formats.SPIKE_BITS * n for n, time in enumerate(neurons)
            )
    return words


def check(case, outcome):
    """Potentials, every spike word, every operation count, the cycle counts and the summary."""
    assert (case.potentials(outcome) == case.evaluation.potentials).all()
    trace = {(run, layer, address): word for run, layer, address, word in outcome.trace}
    assert len(trace) == len(outcome.trace), "a spike word was written twice"
    assert trace == golden_trace(case)
    assert [layer for layer, _ in outcome.counters] == [run.layer for run in case.schedule.runs]
    for (_, counted), golden in zip(outcome.counters, case.counts, strict=True):
        assert {name: counted[name] for name in golden} == golden
        assert counted["cycles_event"] == golden["weight_reads"]
        causes = sum(value for name, value in counted.items() if name.startswith("cycles_"))
        assert causes == case.schedule.config.clusters * counted["cycles"]
    *_, (kind, _, (network_words, image_words, cycles), last) = outcome.packets
    assert (kind, last) == (Packet.DONE, True)
    assert network_words == len(case.session().network) and image_words == len(case.session().images)
    assert cycles == sum(counted["cycles"] for _, counted in outcome.counters)
    assert sum(last for _, last in outcome.words) == 1


def make_case(network, config, batch, rng):
    images = random_images(rng, network, batch)
    return Case(network, schedule(network, config, batch), images, reference.run(network, images))


@cache
def random_case(seed, config=None, most_events=3000):
    """Random network that fits, on `config` or on a random configuration."""
    rng = np.random.default_rng(seed)
    while True:
        network = random_network(rng)
        chosen = config or random_config(rng, network)
        if chosen.lanes > 24:
            continue
        try:
            case = make_case(network, chosen, int(rng.integers(1, 4)), rng)
        except MappingError:
            continue
        if 200 < sum(count["events"] for count in case.counts) < most_events:
            return case


def small_case(seed, config):
    """One image of a small random network with one or two convolutions, for `config`."""
    rng = np.random.default_rng(seed)
    while True:
        network = random_network(rng, most_layers=2)
        if np.prod(network.input_shape) > 100:
            continue
        try:
            case = make_case(network, config, 1, rng)
        except MappingError:
            continue
        if 100 < sum(count["events"] for count in case.counts) < 400:
            return case
