"""Every bit of every record of a network stream, one at a time: what does the processor say to it?"""

from dataclasses import replace

import numpy as np

from firstspike.golden.streams import record_fields, records
from firstspike.golden.streams.sections import RECORD, sections
from firstspike.sim import bench, simulate
from firstspike.verify.bits import flip
from firstspike.verify.fuzz import malformed_streams as streams
from firstspike.verify.random_networks import cases

SAME, OTHER = "same", "different"
UNUSED = "unused bits"


NETWORKS = (268, 254)
"""Seeds of `verify.random_networks.cases`: two networks of two images with strides, paddings, pools, splits, chunks, tiles."""
BITS = 7_680
"""Of all their records."""


def base(config, seed):
    """The Case of this seed, one run without pauses."""
    case = cases.from_seed(seed, config)
    return replace(case, images=case.images[: case.network_file.schedule.batch], stall=0.0)


def check(numbers, config, compiled):
    """What becomes of the runs with one bit inverted.

    Parameters
    ----------
    numbers : iterable of int
        Below `BITS`; `sim.bench.MAX_JOBS` - 1 at most.
    config : HardwareConfig
    compiled : build.Simulator
        From `malformed_streams.simulator`.

    Returns
    -------
    list of dict
        `kind`: record and field, `outcome`, `problem`: text or None.
    """
    chosen = {}
    first = 0
    for seed in NETWORKS:
        case = base(config, seed)
        places = list(bits(case.network_file))
        chosen |= {first + n: (case, *place) for n, place in enumerate(places) if first + n in numbers}
        first += len(places)
    answers = []
    for case in dict.fromkeys(case for case, *_ in chosen.values()):
        mine = [(record, field, position) for one, record, field, position in chosen.values() if one is case]
        found = outcomes(case, [position for *_, position in mine], compiled)
        answers += [
            {"kind": f"{record}: {field}", "outcome": outcome, "problem": problem(record, field, outcome)}
            for (record, field, _), outcome in zip(mine, found)
        ]
    return answers


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
    stimuli = [good, *(replace(good, network=flip(good.network, [position])) for position in positions)]
    expected, *found = bench.run_all(
        compiled, stimuli, on_progress=streams.require_bound, further_files={"faults": b""}
    )
    return [_outcome(expected, one) for one in found]


def _outcome(expected, found):
    name = streams.outcome(found.results)
    if name != streams.RESULT:
        return name
    same = found.cycles == expected.cycles and all(
        np.array_equal(ours, theirs)
        for ours, theirs in ((found.results, expected.results), (found.trace, expected.trace))
    )
    return SAME if same else OTHER


_MEANINGS = {(record, field): meaning for record, field, _, _, meaning in record_fields.rows()}


def problem(record, field, outcome):
    """What contradicts `golden.streams.record_fields`, or None."""
    meaning = _MEANINGS.get((record, field), record_fields.Meaning("", unread=record_fields.ALWAYS))
    if outcome == SAME:
        return None if meaning.unread else "it changes nothing, but the documents do not say that it is not read"
    if meaning.unread == record_fields.ALWAYS and (meaning.error is None or outcome != meaning.error.name):
        return f"it is documented as never read, but the outcome is {outcome}"
    return None
