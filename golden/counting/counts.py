"""Exact operation counts of every layer run, from the schedule and the spikes (names: `golden.counting.counters.OPERATIONS`)."""

import numpy as np

from firstspike.golden.counting.counters import OPERATIONS
from firstspike.golden.geometry import OUTSIDE


def count(network, schedule, images, evaluation):
    """What the hardware's operation counters show after one run of the schedule.

    Parameters
    ----------
    network : Network
    schedule : Schedule
        Made for this network.
    images : uint8 (batch, C, H, W)
        The schedule's batch.
    evaluation : Evaluation
        Of these images.

    Returns
    -------
    list of dict
        One dict per layer run: counter name to int, in the order of `OPERATIONS`.

    Raises
    ------
    ValueError
        Another number of images than the schedule's batch.
    """
    for what, found in (("images", len(images)), ("evaluated images", len(evaluation.potentials))):
        if found != schedule.batch:
            raise ValueError(f"the schedule is for a batch of {schedule.batch} images, got {found} {what}")
    return [_count_run(network, schedule, run, images, evaluation) for run in schedule.runs]


def _count_run(network, schedule, run, images, evaluation):
    layer = network.layers[run.layer]
    batch = slice(run.first_image, run.first_image + run.images)
    clusters_of_visit = schedule.config.clusters // run.split
    inputs = images[batch] if run.layer == 0 else evaluation.spikes[run.layer - 1][batch]
    readers_y, readers_x = _readers(layer, inputs.shape[2:])
    groups = sum(pass_.has_parameters for pass_ in run.passes)

    # each group of output channels walks through the whole input once
    events_of_group = int(readers_y @ _events(network, run.layer, inputs) @ readers_x)
    words_of_group = run.images * run.in_words * int(readers_y.sum() * readers_x.sum())
    units = run.images * int(np.prod(network.maps()[run.layer + 1][1:]))
    fired = evaluation.spikes[run.layer][batch] != network.code.silent if layer.fires else np.zeros(0, bool)

    def visits(passes):
        return sum(pass_.units for pass_ in passes) * layer.unit_window.positions

    counts = {
        "events": events_of_group * groups,
        "sops": events_of_group * layer.out_channels,
        "spikes": int(fired.sum()),
        "silent_neurons": int((~fired).sum()),
        "weight_rows": sum(pass_.rows for pass_ in run.passes),
        "weight_reads": events_of_group * groups * clusters_of_visit,
        "spike_words_read": 0 if run.layer == 0 else words_of_group * groups,
        "spike_words_written": units * run.out_words if layer.fires else 0,
        "image_words_read": words_of_group * groups if run.layer == 0 else 0,
        "partial_sums_read": clusters_of_visit * visits(s for s in run.passes if not s.first_chunk),
        "partial_sums_written": clusters_of_visit * visits(s for s in run.passes if not s.last_chunk),
        "potentials_drained": clusters_of_visit * visits(s for s in run.passes if s.last_chunk),
    }
    return {counter.name: counts[counter.name] for counter in OPERATIONS}


def _events(network, layer_index, inputs):
    """Events that each input position gives to one reader, summed over channels and images: int64 (height, width)."""
    events = network.in_code(layer_index).event_counts(network)[inputs]
    return events.sum(axis=(0, 1), dtype=np.int64)


def _readers(layer, in_map):
    """How many pairs of output position and kernel tap read each input row, and each input column."""
    return [np.bincount(read[read != OUTSIDE], minlength=size) for size, read in zip(in_map, layer.unit_inputs(in_map))]
