"""Estimate of the cycles of a schedule, pass by pass; the mapper's yardstick.

The array works through the passes in order; the loader fills the weight ring ahead of it as far as the ring has room.
"""

from collections import deque
from dataclasses import dataclass

from firstspike.golden import formats
from firstspike.golden.geometry import OUTSIDE
from firstspike.golden.streams import records

PASS_CYCLES = 8
"""Start of a pass: its record, and the pipeline of the array."""

RUN_CYCLES = 64
"""Border between two layer runs: the array runs empty, the last spikes are written."""


@dataclass(frozen=True)
class PassWork:
    """What one pass asks of the array and of the loader.

    Attributes
    ----------
    array_cycles : float
        Cycles of the array if it never waits for weights.
    first_visit_cycles : float
        Share of it that passes while all weight rows are needed for the first time.
    rows : int
        Weight rows.
    header_cycles, row_cycles : float
        Cycles of the network stream for records and parameters, and for one row.
    """

    array_cycles: float
    first_visit_cycles: float
    rows: int
    header_cycles: float
    row_cycles: float


def run_work(net, config, layer_index, split, passes):
    """The `PassWork` of each pass of a layer run."""
    layer = net.layers[layer_index]
    in_map = net.maps()[layer_index][1:]
    taps = _mean_taps(layer, in_map)
    lanes = config.lanes // split
    row_cycles = max(1, lanes * formats.WEIGHT_BITS / config.network_bits)
    record_cycles = -(-records.RECORD_BITS // config.network_bits)
    parameter_cycles = -(-lanes * formats.PARAMETER_BITS // config.network_bits)
    events_per_channel = net.in_code(layer_index).usual_events
    work = []
    for pass_ in passes:
        visits = pass_.units * layer.unit_window.positions
        event_cycles = visits / split * max(1, taps * pass_.rows_per_tap * events_per_channel)
        fetch_cycles = visits * taps * pass_.words
        drain_cycles = visits * -(-pass_.channels // config.encoders) if pass_.last_chunk else 0
        cycles = max(event_cycles, fetch_cycles, drain_cycles)
        work.append(
            PassWork(
                array_cycles=cycles,
                first_visit_cycles=cycles / -(-visits // split),
                rows=pass_.rows,
                header_cycles=record_cycles + (parameter_cycles if pass_.has_parameters else 0),
                row_cycles=row_cycles,
            )
        )
    return work


def finish_times(runs, ring_rows):
    """Cycle at which each run ends.

    Parameters
    ----------
    runs : list of list of PassWork
    ring_rows : int

    Returns
    -------
    list of float
    """
    array_time = loader_time = 0.0
    in_ring = deque()  # (rows, cycle at which the array is done with them)
    free = ring_rows
    times = []
    for run in runs:
        array_time += RUN_CYCLES
        for work in run:
            loader_time += work.header_cycles
            missing = work.rows
            while missing > free:
                loader_time += free * work.row_cycles
                missing -= free
                free, done = in_ring.popleft()
                loader_time = max(loader_time, done)
            loader_time += missing * work.row_cycles
            free -= missing
            first_row = loader_time - missing * work.row_cycles
            # the first visit needs every row, so the other visits come after the last row
            array_time = PASS_CYCLES + max(
                max(array_time, first_row) + work.array_cycles,
                loader_time + work.array_cycles - work.first_visit_cycles,
            )
            in_ring.append((work.rows, array_time))
        times.append(array_time)
    return times


def steady_cycles(work, ring_rows):
    """Cycles of a run that follows an equal one, so that its weights may have been loaded ahead."""
    first, second = finish_times([work, work], ring_rows)
    return second - first


def stream_cycles(work):
    """Cycles of the network stream for a run."""
    return sum(w.header_cycles + w.rows * w.row_cycles for w in work)


def _mean_taps(layer, in_map):
    """Kernel taps inside the input map, per visit."""
    mean = 1.0
    for read in layer.unit_inputs(in_map):
        units, positions, _ = read.shape
        mean *= int((read != OUTSIDE).sum()) / (units * positions)
    return mean
