"""The cycle model's result."""

from dataclasses import dataclass

import numpy as np

from firstspike.golden.counting import counters
from firstspike.golden.cycle_model import generator, machine, registers, tables
from firstspike.golden.microarchitecture import WORD_QUEUE_DEPTH

CYCLE_LIMIT = 1 << 31


@dataclass(frozen=True)
class Prediction:
    """Cycles of a run of the hardware.

    Attributes
    ----------
    runs : list of dict of str to int
        Per layer run the counters of `counters.CYCLE_CAUSES` and `counters.CYCLES`.
    cycles : int
        Clock cycles of the run, the sum over its layer runs.
    """

    runs: list
    cycles: int


def predict(network, schedule, images, evaluation):
    """Cycles of consecutive runs of the hardware, one per batch of images, when no stream ever stalls.

    Parameters
    ----------
    network : Network
    schedule : Schedule
        Made for this network.
    images : uint8 (N, C, H, W)
        N is a multiple of the schedule's batch.
    evaluation : Evaluation
        Of these images.

    Returns
    -------
    list of Prediction
        One per batch. The first run waits for its image and its first weights; later ones find them loaded ahead.

    Raises
    ------
    ValueError
        The images are not whole batches, or the evaluation is of another number of images.
    """
    if len(images) == 0 or len(images) % schedule.batch or len(evaluation.potentials) != len(images):
        raise ValueError(
            f"expected whole batches of {schedule.batch} images and their evaluation, got {len(images)} "
            f"images and {len(evaluation.potentials)} evaluated ones"
        )
    batches = len(images) // schedule.batch
    table = tables.build(network, schedule, images, evaluation)
    config = schedule.config
    clusters = config.clusters
    names = [counter.name for counter in (*counters.CYCLE_CAUSES, counters.CYCLES)]
    result = np.zeros((batches, len(schedule.runs), len(names)), np.int64)
    stepped = machine.run(
        table.config[0],
        table.commands,
        table.words_of_batch,
        table.word_events,
        table.event_channels,
        table.image_length,
        batches,
        np.zeros(1, registers.LOADER)[0],
        np.zeros(1, registers.SEQUENCER)[0],
        np.zeros(clusters, registers.GENERATOR),
        np.zeros(1, registers.ENCODER)[0],
        np.zeros((clusters, generator.QUEUE + WORD_QUEUE_DEPTH), registers.WORD),
        np.zeros((clusters, generator.PICKED + 1), registers.EVENT),
        np.zeros(clusters, registers.CLUSTER),
        np.zeros((clusters, config.drain_positions), registers.PROMISED),
        result,
        CYCLE_LIMIT,
    )
    if stepped < 0:
        raise RuntimeError(f"the schedule does not end within {CYCLE_LIMIT} cycles")
    return [Prediction([dict(zip(names, map(int, row))) for row in batch], int(batch[:, -1].sum())) for batch in result]
