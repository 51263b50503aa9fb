"""Fixtures: the compiled tiny processor, and a scripted stand-in for it that misbehaves on request."""

import contextlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from firstspike.golden.config import PARITY, PRESETS, SECDED
from firstspike.golden.datasets import registry, sample_pictures
from firstspike.golden.network import Layer, Network
from firstspike.golden.network_file import NetworkFile
from firstspike.golden.random_networks import random_images, random_network
from firstspike.golden.schedule import LayerRun, Pass, Schedule
from firstspike.golden.streams import network_stream as stream
from firstspike.quant.mapper import mapper
from firstspike.sim import build, processor
from firstspike.verify.faults import inject

SCRIPTED = Path(__file__).parent / "sim" / "data" / "scripted_firstspike.sv"


@pytest.fixture(scope="session")
def scripted_config():
    return PRESETS["tiny"].model_copy(update={"watchdog_cycles": 256})


@pytest.fixture(scope="session")
def scripted(scripted_config):
    """Test bench around the stand-in of data/scripted_firstspike.sv."""
    return build.build(scripted_config, [SCRIPTED])


@pytest.fixture(scope="session")
def two_layers():
    """Network of the shape that the stand-in plays: 1 x 2 positions, 4 neurons each, then 2 classes."""

    def layer(name, outputs, inputs, kernel, fires):
        return Layer.of(
            name,
            np.zeros((outputs, inputs, *kernel), np.uint8),
            np.zeros(outputs, np.int64),
            np.zeros(outputs, np.int64),
            fires=fires,
        )

    return Network("two_layers", (layer("first", 4, 3, (1, 1), True), layer("last", 2, 4, (1, 2), False)), (3, 1, 2))


@pytest.fixture(scope="session")
def two_layer_schedule(scripted_config):
    def run(index, channels, units):
        pass_ = Pass(
            first_channel=0,
            channels=channels,
            first_word=0,
            words=1,
            tail_rows=1,
            rows_per_tap=1,
            rows=1,
            first_unit=0,
            units=units,
            first_chunk=True,
            last_chunk=True,
            has_parameters=True,
        )
        return LayerRun(
            layer=index,
            first_image=0,
            images=1,
            split=1,
            in_base=0,
            out_base=0,
            in_words=1,
            out_words=1,
            passes=(pass_,),
        )

    return Schedule(scripted_config, 1, (run(0, 4, 2), run(1, 2, 1)))


@pytest.fixture(scope="session")
def tiny():
    """The compiled processor of the preset `tiny`; one build serves every network."""
    return processor.simulator(PRESETS["tiny"])


@pytest.fixture(scope="session")
def faulty():
    """The compiled processor `tiny` with memories that flip bits, and all protections; serves faults and fuzzing.

    Weights and parameters are not protected.
    """
    return inject.simulator(
        PRESETS["tiny"].model_copy(
            update={"spike_protection": PARITY, "potential_protection": SECDED, "image_protection": SECDED}
        )
    )


@pytest.fixture(scope="session")
def make_network_file():
    """Function of a seed and a batch: network file of a random network for the preset `tiny`, and its images."""

    def make(seed, batch=1, images=None):
        rng = np.random.default_rng(seed)
        schedule = None
        while schedule is None:
            network = random_network(rng)
            # Some draws are too big for the preset.
            with contextlib.suppress(mapper.MappingError):
                schedule = mapper.schedule(network, PRESETS["tiny"], batch)
        network_file = NetworkFile(network, schedule, stream.encode(network, schedule))
        return network_file, random_images(rng, network, images or batch)

    return make


@pytest.fixture
def only_sample_pictures(monkeypatch):
    """The sample pictures instead of CIFAR-10, wherever the tests run."""
    shown = replace(registry.KNOWN["cifar10"], test=lambda count: sample_pictures.read(count, "for a test"))
    monkeypatch.setitem(registry.KNOWN, "cifar10", shown)
