"""Functional coverage that follows from the streams: what the processor was told to do and what it answered."""

from collections import Counter

from firstspike.golden.config import HardwareConfig
from firstspike.golden.counting import counters
from firstspike.golden.schedule import MAX_BATCH
from firstspike.golden.streams.record_values import layer_record
from firstspike.golden.streams.records import ErrorCode, Opcode

PLACES = ("only", "first", "middle", "last")
OUTCOMES = ("DONE", "reset in a run")


def expected(config: HardwareConfig) -> dict[str, tuple[str, ...]]:
    """Names of all bins by group."""
    return {
        "record": tuple(opcode.name for opcode in Opcode),
        "outcome of a run": (*OUTCOMES, *(code.name for code in _codes(config))),
        "stall cause met": tuple(cause.name for cause in counters.CYCLE_CAUSES),
        "batch": tuple(str(batch) for batch in range(1, MAX_BATCH + 1)),
        "split": tuple(str(split) for split in config.splits),
        "input of a layer": ("SPIKES", "PIXEL_DIGITS", "PIXEL_SPIKES"),
        "pool": ("with", "without"),
        "stride": ("1", "2"),
        "kernel side": tuple(str(side) for side in range(1, 8)),
        "padding": ("0", "1", "2", "3"),
        # Without chunks no potential waits for the next one, so all units are one tile.
        "tile and chunk of a pass": tuple(
            f"{tile} tile, {chunk} chunk" for tile in PLACES for chunk in PLACES if tile == "only" or chunk != "only"
        ),
        "group of output channels": tuple(
            f"{place} group, {size}"
            for place in PLACES
            for size in ("full", "partial")
            if (place, size) not in {("first", "partial"), ("middle", "partial")}
        ),
        "neurons in the tail word of a chunk": tuple(str(rows) for rows in range(1, config.word_neurons + 1)),
        "pixels in the tail word": ("1", "2", "3", "4"),
        "layers in a network": ("1", "2", "3", "4", "5", "6"),
        "images of a run": ("all of the batch", "some of the batch"),
    }


def _codes(config):
    return [code for code in ErrorCode if code.name != "MEMORY" or config.protections != {"none"}]


def of_network(network_file, run_counters):
    """Counter of (group, bin) of a run that ended well.

    Parameters
    ----------
    network_file : NetworkFile
    run_counters : list of dict of str to int
        What the processor counted, per layer run.
    """
    network, schedule = network_file.network, network_file.schedule
    config = schedule.config
    found = Counter(
        {
            ("record", "START"): 1,
            ("record", "END"): 1,
            ("record", "LAYER"): len(schedule.runs),
            ("outcome of a run", "DONE"): 1,
            ("batch", str(schedule.batch)): 1,
            ("layers in a network", str(len(network.layers))): 1,
        }
    )
    for run, counted in zip(schedule.runs, run_counters):
        layer = network.layers[run.layer]
        found.update(("stall cause met", cause.name) for cause in counters.CYCLE_CAUSES if counted[cause.name])
        found["split", str(run.split)] += 1
        found["input of a layer", layer_record(network, schedule, run)["input_kind"].name] += 1
        found["pool", "with" if layer.pool else "without"] += 1
        found["stride", str(layer.window.stride)] += 1
        # The output layer's kernel is the map that remains.
        found.update(("kernel side", str(side)) for side in layer.window.kernel if layer.fires)
        found.update(("padding", str(padding)) for padding in layer.window.padding)
        found["images of a run", ("all" if run.images == schedule.batch else "some") + " of the batch"] += 1
        for pass_ in run.passes:
            found["record", "PASS"] += 1
            found.update(_pass_bins(run, pass_, layer, config))
    return found


def _pass_bins(run, pass_, layer, config):
    lanes = config.lanes // run.split
    tiles = sorted({one.first_unit for one in run.passes})
    groups = sorted({one.first_channel for one in run.passes})
    chunk = (
        "only"
        if pass_.first_chunk and pass_.last_chunk
        else ("first" if pass_.first_chunk else "last" if pass_.last_chunk else "middle")
    )
    yield "tile and chunk of a pass", f"{_place(pass_.first_unit, tiles)} tile, {chunk} chunk"
    yield (
        "group of output channels",
        (f"{_place(pass_.first_channel, groups)} group, {'full' if pass_.channels == lanes else 'partial'}"),
    )
    yield "pixels in the tail word" if run.layer == 0 else "neurons in the tail word of a chunk", str(pass_.tail_rows)


def _place(value, values):
    if len(values) == 1:
        return "only"
    return "first" if value == values[0] else "last" if value == values[-1] else "middle"
