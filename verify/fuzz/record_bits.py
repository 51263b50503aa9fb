"""Every bit of every record of a network stream, one at a time: what does the processor say to it?"""

from dataclasses import replace

import numpy as np

from firstspike.golden.errors import SimulationError
from firstspike.golden.streams import records
from firstspike.golden.streams.sections import RECORD, sections
from firstspike.sim import bench, simulate
from firstspike.verify.fuzz import malformed_streams as streams
from firstspike.verify.random_networks import cases

SAME, OTHER = "same", "different"
UNUSED = "unused bits"


def base(config, seed):
    """The Case of this seed, one run without pauses."""
    case = cases.from_seed(seed, config)
    return replace(case, images=case.images[: case.network_file.schedule.batch], stall=0.0)


def bits(network_file):
    """(record's name, field, bit of the stream) for every bit of every record."""
    for section in sections(network_file.schedule):
        if section.kind != RECORD:
            continue
        position = section.first_bit
        fields = records.FIELDS[section.opcode]
        used = sum(width for _, width in fields)
        for field, width in (*fields, (UNUSED, records.RECORD_BITS - used)):
            for _ in range(width):
                yield section.opcode.name, field, position
                position += 1


def outcomes(case, positions, compiled):
    """What becomes of the run with one bit of its network stream inverted.

    Parameters
    ----------
    case : verify.random_networks.cases.Case
        From `base`.
    positions : sequence of int
        Bits of the stream; at most `sim.bench.MAX_JOBS` - 1.
    compiled : build.Simulator
        From `malformed_streams.simulator`.

    Returns
    -------
    list of str
        Name of an `ErrorCode`; `SAME`: every word and its cycle, and every spike word, is as without the change; `OTHER`.

    Raises
    ------
    SimulationError
        A run does not end, or not with DONE or ERROR.
    """
    good = simulate.stimulus_of(case.network_file, case.images)
    stimuli = [good, *(replace(good, network=_inverted(good.network, position)) for position in positions)]
    expected, *found = bench.run_all(compiled, stimuli, on_progress=streams.require_bound, further_files={"faults": b""})
    return [_outcome(expected, one) for one in found]


def _outcome(expected, found):
    name = streams.outcome(found.results)
    if name != streams.RESULT:
        return name
    same = found.cycles == expected.cycles and all(
        np.array_equal(ours, theirs) for ours, theirs in ((found.results, expected.results), (found.trace, expected.trace))
    )
    return SAME if same else OTHER


def _inverted(stream, position):
    changed = bytearray(stream)
    changed[position // 8] ^= 1 << position % 8
    return bytes(changed)


def unexplained(found):
    """(record, field) of the bits that change nothing though `golden.streams.records.IGNORED` does not name the field."""
    return sorted({(record, field) for record, field, outcome in found if outcome == SAME and not _is_ignored(record, field)})


def _is_ignored(record, field):
    return field == UNUSED or field in records.IGNORED.get(records.Opcode[record], {})
