"""The observation port, read back: every spike word the processor wrote, put in its place."""

from dataclasses import dataclass

import numpy as np

from firstspike.golden import formats
from firstspike.golden.errors import SimulationError


def record(config):
    """NumPy type of one spike word as trace_recorder.sv records it."""
    return np.dtype(
        [
            ("cycle", "<u8"),
            ("run", "<u4"),
            ("layer", "<u4"),
            ("address", "<u4"),
            ("data", "<u4", (-(-config.spike_word_bits // 32),)),
        ]
    )


@dataclass(frozen=True, eq=False)
class LayerTrace:
    """What one firing layer wrote for N images.

    Attributes
    ----------
    spikes : uint8 array (N, channels, height, width)
        Spike words, 31 = silent.
    cycles : int64 array of the same shape
        Cycle of the simulation in which each was written.
    """

    spikes: np.ndarray
    cycles: np.ndarray


def layers(trace, network, schedule, runs):
    """Spike maps of all firing layers from the trace of `runs` runs of `schedule`.

    The rules: layer runs write in the order of the schedule; each writes every word of its output maps exactly once and
    no other; neurons of a word beyond the last channel are silent.

    Parameters
    ----------
    trace : array of record(config)
        In the order of writing.
    network : Network
    schedule : Schedule
    runs : int

    Returns
    -------
    list of LayerTrace
        One per firing layer, images of all runs one after the other.

    Raises
    ------
    SimulationError
        The trace breaks a rule; with the first place.
    """
    config = schedule.config
    spikes = _neurons(trace["data"], config.word_neurons)
    maps = [_empty(shape, runs * schedule.batch, network.code.silent) for shape in network.maps()[1:-1]]
    position = 0
    for batch in range(runs):
        for index, run in enumerate(schedule.runs):
            if not network.layers[run.layer].fires:
                continue
            channels, height, width = network.maps()[run.layer + 1]
            words = run.images * height * width * run.out_words
            part = slice(position, position + words)
            where = f"run {batch}, layer {network.layers[run.layer].name}"
            _check_order(trace[part], index, run.layer, words, where)
            _check_addresses(trace[part], run.out_base, words, where)
            order = np.argsort(trace["address"][part])
            neurons = spikes[part][order].reshape(run.images, height, width, -1)
            if (neurons[..., channels:] != network.code.silent).any():
                raise SimulationError(f"trace, {where}: a neuron beyond channel {channels - 1} is not silent")
            cycles = trace["cycle"][part][order].astype(np.int64).reshape(run.images, height, width, -1)
            first = batch * schedule.batch + run.first_image
            layer_map = maps[run.layer]
            layer_map.spikes[first : first + run.images] = neurons[..., :channels].transpose(0, 3, 1, 2)
            layer_map.cycles[first : first + run.images] = np.repeat(cycles, config.word_neurons, axis=-1)[
                ..., :channels
            ].transpose(0, 3, 1, 2)
            position += words
    if position != len(trace):
        raise SimulationError(
            f"trace: {len(trace) - position} spike words more than the schedule has, the first in "
            f"cycle {trace['cycle'][position]}"
        )
    return maps


def _neurons(data, word_neurons):
    """uint8 (words, word_neurons) from uint32 (words, n): neuron i is in the bits 5i to 5i+4."""
    bits = np.unpackbits(np.ascontiguousarray(data).view(np.uint8), axis=1, bitorder="little")
    bits = bits[:, : word_neurons * formats.SPIKE_BITS].reshape(len(data), word_neurons, formats.SPIKE_BITS)
    return (bits << np.arange(formats.SPIKE_BITS, dtype=np.uint8)).sum(axis=2, dtype=np.uint8)


def _empty(shape, images, silent):
    return LayerTrace(np.full((images, *shape), silent, np.uint8), np.zeros((images, *shape), np.int64))


def _check_order(part, run, layer, words, where):
    foreign = np.flatnonzero((part["run"] != run) | (part["layer"] != layer))
    if len(foreign):
        first = part[foreign[0]]
        raise SimulationError(
            f"trace, {where}: after {foreign[0]} of {words} spike words, layer run {first['run']} "
            f"(layer {first['layer']}) writes in cycle {first['cycle']}, out of turn"
        )
    if len(part) != words:
        raise SimulationError(f"trace, {where}: {len(part)} spike words instead of {words}")


def _check_addresses(part, base, words, where):
    index = part["address"].astype(np.int64) - base
    outside = np.flatnonzero((index < 0) | (index >= words))
    if len(outside):
        first = part[outside[0]]
        raise SimulationError(
            f"trace, {where}: the address {first['address']} in cycle {first['cycle']} lies outside "
            f"of the layer's words {base} to {base + words - 1}"
        )
    times = np.bincount(index, minlength=words)
    if (times != 1).any():
        # As many words as expected, all inside: where one is missing, another came twice.
        twice, missing = np.argmax(times > 1), np.argmax(times == 0)
        cycle = part["cycle"][np.flatnonzero(index == twice)[1]]
        raise SimulationError(
            f"trace, {where}: the address {base + twice} is written again in cycle {cycle}, and the "
            f"address {base + missing} never"
        )
