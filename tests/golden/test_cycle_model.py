"""The cycle model against the processor itself, in the Amaranth simulator."""

import numpy as np
import pytest

from firstspike.golden import cycle_model
from firstspike.golden.config import PRESETS
from firstspike.golden.counting import counters
from firstspike.golden.cycle_model import prediction
from firstspike.golden.evaluators import reference
from firstspike.golden.evaluators.evaluation import Evaluation
from firstspike.golden.network import DIRECT, TTFS, Layer, Network
from firstspike.golden.random_networks import random_config, random_images, random_network
from firstspike.golden.streams import network_stream as stream
from firstspike.quant.mapper import mapper
from tests.hw.processor_bench import ProcessorBench, Session, image_beats, network_beats

CAUSES = [counter.name for counter in counters.CYCLE_CAUSES]
CYCLES = counters.CYCLES.name

SEEDS = (18, 39, 47, 14, 27, 34, 22, 16, 36)
"""Cases with few cycles, because the Amaranth simulator is slow, that together have every feature."""


MOST_CYCLES = 1 << 16
"""Far more than any of these cases takes."""


@pytest.fixture(autouse=True)
def a_model_that_goes_on_and_on_fails_soon(monkeypatch):
    monkeypatch.setattr(prediction, "CYCLE_LIMIT", MOST_CYCLES)


def case(seed):
    """(network, schedule, images, evaluation) of one to three batches of different images."""
    rng = np.random.default_rng(seed)
    network = random_network(rng)
    config = random_config(rng, network)
    batch, batches = int(rng.integers(1, 4)), int(rng.integers(1, 4))
    schedule = mapper.schedule(network, config, batch)
    images = random_images(rng, network, batch * batches)
    return network, schedule, images, reference.run(network, images)


def counted(network, schedule, images):
    """Per batch and layer run the cycle counters of the processor."""
    batches = len(images) // schedule.batch
    session = Session(
        network_beats(stream.encode(network, schedule), schedule.config) * batches, image_beats(images), ends=batches
    )
    (outcome,) = ProcessorBench(schedule.config).run(session)
    runs = [{name: values[name] for name in (*CAUSES, CYCLES)} for _, values in outcome.counters]
    size = len(schedule.runs)
    return [runs[first : first + size] for first in range(0, len(runs), size)]


def weight_bound_case(hidden_channels):
    """Three runs of layers that have more weights than the ring, and hardly any events.

    With `hidden_channels`, a layer before them is at work while the ring is full, so that words wait in the unpacker. With
    0, the first weights still arrive when a run begins.
    """
    rng = np.random.default_rng(1)

    def layer(name, outputs, inputs, kernel, bias, fires):
        weights = rng.integers(0, 32, (outputs, inputs, *kernel), dtype=np.uint8)
        return Layer.of(name, weights, np.full(outputs, bias), np.zeros(outputs, np.int64), fires=fires)

    layers = (layer("last", 40, 1, (6, 6), 0, False),)
    if hidden_channels:
        layers = (
            layer("first", hidden_channels, 1, (4, 4), -(1 << 21), True),
            layer("last", 40, hidden_channels, (3, 3), 0, False),
        )
    network = Network("weight bound", layers, (1, 6, 6), input_coding=TTFS)
    schedule = mapper.schedule(network, PRESETS["tiny"])
    images = np.zeros((3, 1, 6, 6), np.uint8)
    images[:, :, 5, 5] = 255
    return network, schedule, images, reference.run(network, images)


@pytest.mark.parametrize("seed", SEEDS)
def test_prediction_equals_the_processor_in_every_layer_run_and_cause(seed):
    network, schedule, images, evaluation = case(seed)
    predictions = cycle_model.predict(network, schedule, images, evaluation)
    assert [predicted.runs for predicted in predictions] == counted(network, schedule, images)


@pytest.mark.parametrize("hidden_channels", [0, 8])
def test_prediction_equals_the_processor_where_weights_are_late(hidden_channels):
    network, schedule, images, evaluation = weight_bound_case(hidden_channels)
    predictions = cycle_model.predict(network, schedule, images, evaluation)
    assert [predicted.runs for predicted in predictions] == counted(network, schedule, images)
    assert min(predicted.runs[-1]["cycles_wait_weights"] for predicted in predictions) > 50


def test_the_random_cases_have_every_feature():
    cases = [case(seed) for seed in SEEDS]
    runs = [run for _, schedule, _, _ in cases for run in schedule.runs]
    assert {network.input_coding for network, _, _, _ in cases} == {DIRECT, TTFS}
    assert {layer.pool is not None for network, _, _, _ in cases for layer in network.layers} == {False, True}
    assert {run.split for run in runs} == {1, 2, 4}
    assert {pass_.first_chunk for run in runs for pass_ in run.passes} == {False, True}
    assert max(sum(pass_.has_parameters for pass_ in run.passes) for run in runs) > 4  # parameter slots are used again
    assert max(run.images for run in runs) > 1
    assert max(len(images) // schedule.batch for _, schedule, images, _ in cases) > 2


@pytest.mark.parametrize("seed", SEEDS)
def test_every_cluster_spends_every_cycle_on_one_cause(seed):
    network, schedule, images, evaluation = case(seed)
    for predicted in cycle_model.predict(network, schedule, images, evaluation):
        for run in predicted.runs:
            assert sum(run[cause] for cause in CAUSES) == schedule.config.clusters * run[CYCLES]
        assert predicted.cycles == sum(run[CYCLES] for run in predicted.runs)


def test_the_first_batch_does_not_depend_on_those_after_it():
    network, schedule, images, evaluation = case(14)
    first = Evaluation(
        [spikes[: schedule.batch] for spikes in evaluation.spikes], evaluation.potentials[: schedule.batch]
    )
    (alone,) = cycle_model.predict(network, schedule, images[: schedule.batch], first)
    assert alone == cycle_model.predict(network, schedule, images, evaluation)[0]


@pytest.mark.parametrize("count", [0, 1])
def test_images_that_are_not_whole_batches_are_refused(count):
    network, schedule, images, evaluation = case(38)
    evaluation = Evaluation([spikes[:count] for spikes in evaluation.spikes], evaluation.potentials[:count])
    with pytest.raises(ValueError, match=f"whole batches of {schedule.batch} images .* got {count} images"):
        cycle_model.predict(network, schedule, images[:count], evaluation)


def test_an_evaluation_of_other_images_is_refused():
    network, schedule, images, evaluation = case(38)
    with pytest.raises(ValueError, match="3 images and 6 evaluated ones"):
        cycle_model.predict(network, schedule, images[: schedule.batch], evaluation)


def test_a_run_that_takes_too_many_cycles_is_given_up(monkeypatch):
    network, schedule, images, evaluation = case(38)
    monkeypatch.setattr(prediction, "CYCLE_LIMIT", 1000)
    with pytest.raises(RuntimeError, match="the schedule does not end within 1000 cycles"):
        cycle_model.predict(network, schedule, images, evaluation)
