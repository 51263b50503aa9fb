"""Faults in the RTL: the processor compiled with memories that flip bits, and its answer to them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from firstspike.golden.config import NO_PROTECTION
from firstspike.golden.energy import memories
from firstspike.golden.errors import SimulationError
from firstspike.golden.streams import result as results
from firstspike.golden.streams import trace
from firstspike.golden.streams.network_stream import image_stream
from firstspike.hw.memory.error_correction import WordCode
from firstspike.hw.memory.protected_sram import word_widths
from firstspike.hw.writer.verilog import SRAM
from firstspike.sim import bench, compare, processor
from firstspike.sim.build import build
from firstspike.sim.stimulus import Stimulus

FAULTY_SRAM = Path(__file__).parent / SRAM
TOP = "testbench.dut"


def simulator(config):
    """The processor with memories that flip bits, compiled or found again."""
    return build(config, [FAULTY_SRAM if source.name == SRAM else source for source in processor.sources(config)])


@dataclass(frozen=True, eq=False)
class Answer:
    """What the processor did with faults in its memories.

    Attributes
    ----------
    error : ErrorCode or None
        What ended the simulation before its time.
    comparisons : list of compare.LayerComparison or None
        With what was expected; None after an error.
    corrections : int
        Cycles in which the processor reported a corrected word.
    cycles : int
        Of the whole simulation.
    """

    error: object
    comparisons: list | None
    corrections: int
    cycles: int

    @property
    def divergence(self):
        """The first number that is not the expected one, or None."""
        return compare.first_divergence(self.comparisons)


def run(compiled, network_file, images, places, expected):
    """Simulate with faults.

    Parameters
    ----------
    compiled : build.Simulator
        From `simulator`.
    network_file : NetworkFile
    images : uint8 array (N, channels, height, width)
    places : list of sites.Place
        Bits of rows without check bits; in a protected memory the same data bits.
    expected : golden.evaluators.evaluation.Evaluation
        What to compare with.

    Returns
    -------
    Answer

    Raises
    ------
    SimulationError
        Anything but an error code of the processor.
    """
    network, schedule = network_file.network, network_file.schedule
    runs = len(images) // schedule.batch
    stream = image_stream(images)
    stimulus = Stimulus(network_file.stream, stream, runs, len(stream) // 4 // len(images))
    recording = bench.run(compiled, stimulus, further_files={"faults": fault_lines(compiled.config, places)})
    try:
        received = results.parse(recording.results, network, schedule, runs)
    except SimulationError as error:
        if error.code is None:
            raise
        return Answer(error.code, None, recording.corrections, recording.cycles)
    traced = trace.layers(recording.trace, network, schedule, runs)
    comparisons = compare.evaluation(
        network,
        expected,
        traced,
        np.concatenate([one.potentials for one in received]),
        np.concatenate([one.potential_cycles for one in received]),
    )
    return Answer(None, comparisons, recording.corrections, recording.cycles)


def fault_lines(config, places):
    """Bytes of the file that firstspike_sram.sv reads."""
    return "".join(
        f"{TOP}.{_instance(config, place)} {place.row} {place.write} {_bit(config, place)}\n" for place in places
    ).encode()


def _protection(config, place):
    return getattr(config, next(option for option, names in memories.PROTECTED.items() if _memory(place) in names))


def _memory(place):
    """Name of the memory as in `memories.of`."""
    name = place.memory.rpartition(".")[2]
    return "image_buffer" if name == "pixels" else name


def _instance(config, place):
    return place.memory if _protection(config, place) == NO_PROTECTION else f"{place.memory}.sram"


def _bit(config, place):
    """Bit of the row, behind the check bits of the words before it."""
    protection = _protection(config, place)
    if protection == NO_PROTECTION:
        return place.bit
    plain = memories.of(memories.protected(config, NO_PROTECTION))[_memory(place)]
    first_data = first_bit = 0
    for width in word_widths(plain.bits):
        if place.bit < first_data + width:
            return first_bit + place.bit - first_data
        first_data += width
        first_bit += WordCode(width, protection).word_bits
    raise ValueError(f"{place} lies outside of its row")
