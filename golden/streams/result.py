"""The result stream, read back."""

from dataclasses import dataclass

import numpy as np

from firstspike.golden.counting import counters
from firstspike.golden.errors import SimulationError
from firstspike.golden.streams import records
from firstspike.golden.streams.records import Packet

BEAT = np.dtype([("data", "<u4"), ("last", "<u4"), ("cycle", "<u8")])
"""One beat as axis_sink.sv records it."""

HEADER = np.dtype([("length", "<u2"), ("index", "u1"), ("packet", "u1")])
DONE_WORDS = ("network_words", "image_words", "cycles")


@dataclass(frozen=True, eq=False)
class RunResult:
    """What the processor sent for one run (one batch of images).

    Attributes
    ----------
    potentials : int64 array (batch, classes)
        Membrane potentials of the output layer.
    potential_cycles : int64 array (batch, classes)
        Cycle of the simulation in which each of them was sent.
    counters : list of dict of str to int
        One per layer run, by the names of `golden.counting.counters.ALL`; empty if the processor has no counters.
    network_words, image_words : int
        Words of the two input streams.
    cycles : int
        Clock cycles of the run.
    """

    potentials: np.ndarray
    potential_cycles: np.ndarray
    counters: list
    network_words: int
    image_words: int
    cycles: int


def parse(beats, network, schedule, runs):
    """Results of `runs` runs of `schedule`.

    Parameters
    ----------
    beats : array of BEAT
    network : Network
    schedule : Schedule
    runs : int

    Returns
    -------
    list of RunResult

    Raises
    ------
    SimulationError
        The processor reported an error, or the stream breaks its rules (docs/streams.md).
    """
    received = packets(beats)
    results = [_run(received, network, schedule, index) for index in range(runs)]
    for header, _, cycles in received:
        raise SimulationError(
            f"result stream: a packet of type {header['packet']} in cycle {cycles[0]} follows the last run"
        )
    return results


def error_code(beats):
    """The code of the ERROR packet that ends `beats` (array of BEAT), or None.

    Raises
    ------
    SimulationError
        The stream breaks its rules.
    """
    codes = [int(payload[0]) for header, payload, _ in packets(beats) if header["packet"] == Packet.ERROR]
    return records.ErrorCode(codes[-1]) if codes else None


def packets(beats):
    """(header, payload uint32, cycles) of each packet; checks lengths and tlast."""
    position = 0
    while position < len(beats):
        header = beats["data"][position : position + 1].view(HEADER)[0]
        end = position + 1 + int(header["length"])
        where = f"the packet in cycle {beats['cycle'][position]}"
        if end > len(beats):
            raise SimulationError(
                f"result stream: {where} should have {header['length']} words, but the stream ends "
                f"after {len(beats) - position - 1}"
            )
        ends_run = header["packet"] in (Packet.DONE, Packet.ERROR)
        last = beats["last"][position:end]
        if last[:-1].any() or bool(last[-1]) != ends_run:
            raise SimulationError(
                f"result stream: tlast must mark the last word of DONE and ERROR packets only, but "
                f"{where} (type {header['packet']}) breaks this rule"
            )
        yield header, beats["data"][position + 1 : end], beats["cycle"][position:end].astype(np.int64)
        position = end


def _run(packets, network, schedule, index):
    classes = network.layers[-1].out_channels
    potentials = np.zeros((schedule.batch, classes), np.int64)
    potential_cycles = np.zeros((schedule.batch, classes), np.int64)
    received = np.zeros((schedule.batch, classes), np.int64)
    counted = []
    for header, payload, cycles in packets:
        where = f"result stream, run {index}, cycle {cycles[0]}"
        if header["packet"] == Packet.ERROR:
            raise _error(payload, where)
        if header["packet"] == Packet.POTENTIALS:
            image, channels = int(header["index"]), _channels(payload, classes, where)
            if image >= schedule.batch:
                raise SimulationError(f"{where}: potentials of image {image} of a batch of {schedule.batch}")
            potentials[image, channels] = payload[1:].view("<i4")
            potential_cycles[image, channels] = cycles[2:]
            received[image, channels] += 1
        elif header["packet"] == Packet.COUNTERS:
            counted.append(_counters(header, payload, schedule, len(counted), where))
        elif header["packet"] == Packet.DONE:
            _require_complete(received, counted, schedule, where)
            if len(payload) != len(DONE_WORDS):
                raise SimulationError(f"{where}: DONE has {len(payload)} words instead of {len(DONE_WORDS)}")
            done = dict(zip(DONE_WORDS, map(int, payload)))
            return RunResult(potentials, potential_cycles, counted, **done)
        else:
            raise SimulationError(f"{where}: unknown packet type {header['packet']}")
    raise SimulationError(f"result stream: it ends before the end of run {index}")


def _error(payload, where):
    number = int(payload[0]) if len(payload) else 0
    if number not in set(records.ErrorCode):
        return SimulationError(f"{where}: the processor reports the unknown error {number}")
    code = records.ErrorCode(number)
    return SimulationError(f"the processor reports {code.name}: {records.ERROR_TEXTS[code]} ({where})", code)


def _channels(payload, classes, where):
    if len(payload) < 2:
        raise SimulationError(f"{where}: POTENTIALS without a potential")
    first = int(payload[0])
    end = first + len(payload) - 1
    if end > classes:
        raise SimulationError(f"{where}: potentials of the channels {first} to {end - 1} of {classes}")
    return slice(first, end)


def _counters(header, payload, schedule, run, where):
    if run >= len(schedule.runs):
        raise SimulationError(f"{where}: counters of more than {len(schedule.runs)} layer runs")
    if header["index"] != schedule.runs[run].layer:
        raise SimulationError(
            f"{where}: counters of layer {header['index']} where those of layer "
            f"{schedule.runs[run].layer} (layer run {run}) are due"
        )
    if len(payload) != len(counters.ALL):
        raise SimulationError(f"{where}: {len(payload)} counters instead of {len(counters.ALL)}")
    return {counter.name: int(value) for counter, value in zip(counters.ALL, payload)}


def _require_complete(received, counted, schedule, where):
    wrong = np.argwhere(received != 1)
    if len(wrong):
        image, channel = wrong[0]
        raise SimulationError(
            f"{where}: the run ended, but the potential of image {image}, channel {channel} came "
            f"{received[image, channel]} times instead of once"
        )
    expected = len(schedule.runs) if schedule.config.counters else 0
    if len(counted) != expected:
        raise SimulationError(
            f"{where}: the run ended with the counters of {len(counted)} layer runs instead of {expected}"
        )
