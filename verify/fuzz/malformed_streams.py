"""Malformed network and image streams: they end with a result or an error code, and after a reset the next run is right."""

from dataclasses import dataclass, replace

import numpy as np

from firstspike.golden.errors import SimulationError
from firstspike.golden.streams import records
from firstspike.golden.streams import result as results
from firstspike.golden.streams.records import ErrorCode, Packet
from firstspike.golden.streams.sections import RECORD, sections
from firstspike.sim import bench, simulate
from firstspike.verify.faults import inject
from firstspike.verify.random_networks import cases

MOST_CYCLES = 1 << 25
"""A run that takes longer counts as one that never ends."""
MOST_GOOD_BYTES = 40_000
"""Of a network stream; a longer one would take too long."""
MOST_RANDOM_WORDS = 400
IMAGE_WORD_BYTES = 4
RESULT = "result"


@dataclass(frozen=True, eq=False)
class StreamCase:
    """A good run, and a malformed one.

    Attributes
    ----------
    kind : str
        Name of the mutation.
    good : verify.random_networks.cases.Case
        One run.
    bad : sim.stimulus.Stimulus
    """

    kind: str
    good: cases.Case
    bad: object


def from_seed(seed, config):
    """The StreamCase of this seed."""
    rng = np.random.default_rng([seed, 1])
    good = None
    while good is None or len(good.network_file.stream) > MOST_GOOD_BYTES:
        good = cases.from_seed(int(rng.integers(1 << 32)), config)
    network_file = good.network_file
    good = replace(good, images=good.images[: network_file.schedule.batch], stall=0.0)
    stimulus = simulate.stimulus_of(network_file, good.images)
    kind = list(MUTATIONS)[seed % len(MUTATIONS)]
    return StreamCase(kind, good, MUTATIONS[kind](stimulus, network_file, rng))


def check(found, compiled):
    """Simulate malformed runs, each followed by a reset and its good run.

    Parameters
    ----------
    found : sequence of StreamCase
        At most half of `sim.bench.MAX_JOBS`, of one configuration.
    compiled : build.Simulator
        From `simulator`.

    Returns
    -------
    list of dict
        `kind`, `outcome` (name of an `ErrorCode`, or "result"), `cycles` of the malformed run; `problem`: text or None.
    """
    expected = [simulate.golden(case.good.network_file, case.good.images) for case in found]
    return _check(list(zip(found, expected)), compiled)


def simulator(config):
    """The processor with memories that do not assert that a row is never read and written in the same cycle.

    Records with wrong addresses may do that, and what is read then does not matter.
    """
    return inject.simulator(config)


def _check(pairs, compiled):
    good = [simulate.stimulus_of(case.good.network_file, case.good.images) for case, _ in pairs]
    stimuli = [stimulus for (case, _), good_one in zip(pairs, good) for stimulus in (case.bad, good_one)]
    try:
        recordings = bench.run_all(compiled, stimuli, on_progress=require_bound, further_files={"faults": b""})
    except SimulationError as error:
        # It ends the process, so the jobs after the guilty one have no result.
        if len(pairs) == 1:
            ((case, _),) = pairs
            return [{"kind": case.kind, "outcome": "none", "cycles": 0, "problem": str(error)}]
        half = len(pairs) // 2
        return _check(pairs[:half], compiled) + _check(pairs[half:], compiled)
    return [
        _checked(case, expected, stimulus, bad, after)
        for (case, expected), stimulus, bad, after in zip(pairs, good, recordings[::2], recordings[1::2])
    ]


def require_bound(state):
    _require_cycles(state["cycle"])


def _require_cycles(cycles):
    if cycles > MOST_CYCLES:
        raise SimulationError(f"the run has not ended after {MOST_CYCLES} cycles")


def _checked(case, expected, stimulus, bad, after):
    name, problem = "none", None
    try:
        name = outcome(bad.results)
        # Of a short run in between the watcher may have seen no state.
        _require_cycles(bad.cycles)
        result = simulate.compared(case.good.network_file, case.good.images, expected, stimulus, after)
        if not result.matches:
            problem = f"the good run after the reset differs: {result.divergence or result.counter_differences}"
    except SimulationError as error:
        problem = str(error)
    return {"kind": case.kind, "outcome": name, "cycles": bad.cycles, "problem": problem}


def outcome(beats):
    """Name of the error code, or "result"; raises SimulationError if the run ends with neither."""
    *_, (header, payload, _) = results.packets(beats)
    if header["packet"] == Packet.DONE:
        return RESULT
    if header["packet"] == Packet.ERROR and len(payload) == 1 and int(payload[0]) in set(ErrorCode):
        return ErrorCode(int(payload[0])).name
    raise SimulationError(f"the run ends with a packet of type {header['packet']} and payload {payload.tolist()}")


def _random_words(stimulus, network_file, rng):
    word = network_file.schedule.config.network_bits // 8
    return replace(stimulus, network=rng.bytes(word * int(rng.integers(1, MOST_RANDOM_WORDS))))


def _random_words_after_start(stimulus, network_file, rng):
    start = _record_sections(network_file)[0]
    head = stimulus.network[: _end(start, network_file)]
    return replace(stimulus, network=head + _random_words(stimulus, network_file, rng).network)


def _flipped_bits(stimulus, network_file, rng):
    stream = np.frombuffer(stimulus.network, np.uint8).copy()
    for bit in rng.integers(8 * len(stream), size=int(rng.integers(1, 17))):
        stream[bit // 8] ^= 1 << bit % 8
    return replace(stimulus, network=stream.tobytes())


def _flipped_record_bits(stimulus, network_file, rng):
    stream = np.frombuffer(stimulus.network, np.uint8).copy()
    found = _record_sections(network_file)
    for _ in range(int(rng.integers(1, 4))):
        section = found[rng.integers(len(found))]
        used = sum(width for _, width in records.FIELDS[section.opcode])
        bit = section.first_bit + int(rng.integers(used))
        stream[bit // 8] ^= 1 << bit % 8
    return replace(stimulus, network=stream.tobytes())


def _wrong_field(stimulus, network_file, rng):
    found = _record_sections(network_file)
    section = found[rng.integers(len(found))]
    fields = records.FIELDS[section.opcode]
    name, width = fields[rng.integers(len(fields))]
    first, size = section.first_bit // 8, records.RECORD_BITS // 8
    values = records.unpack(fields, int.from_bytes(stimulus.network[first : first + size], "little"))
    wrong = (0, 1, (1 << width) - 1, int(rng.integers(1 << width)), values[name] + 1)
    values[name] = wrong[rng.integers(len(wrong))] % (1 << width)
    record = records.pack(fields, values).to_bytes(size, "little")
    return replace(stimulus, network=stimulus.network[:first] + record + stimulus.network[first + size :])


def _truncated(stimulus, network_file, rng):
    """Ends early, with tlast."""
    word = network_file.schedule.config.network_bits // 8
    return replace(stimulus, network=stimulus.network[: word * int(rng.integers(1, len(stimulus.network) // word))])


def _stopped(stimulus, network_file, rng):
    """Ends early, without tlast."""
    word = network_file.schedule.config.network_bits // 8
    return replace(stimulus, network_words=int(rng.integers(0, len(stimulus.network) // word)) or 1)


def _spliced(stimulus, network_file, rng):
    """A part is missing, comes twice, or stands elsewhere."""
    word = network_file.schedule.config.network_bits // 8
    words = [stimulus.network[n : n + word] for n in range(0, len(stimulus.network), word)]
    first, end = sorted(int(n) for n in rng.integers(len(words) + 1, size=2))
    place = int(rng.integers(len(words) + 1))
    part, rest = words[first:end], words[:first] + words[end:]
    spliced = (rest, words[:place] + part + words[place:], rest[:place] + part + rest[place:])[rng.integers(3)]
    return replace(stimulus, network=b"".join(spliced or words[:1]))


def _other_network(stimulus, network_file, rng):
    """Begins with one network and goes on with another."""
    other = cases.from_seed(int(rng.integers(1 << 32)), network_file.schedule.config).network_file.stream
    word = network_file.schedule.config.network_bits // 8
    cut, other_cut = (word * int(rng.integers(1, len(stream) // word)) for stream in (stimulus.network, other))
    return replace(stimulus, network=stimulus.network[:cut] + other[other_cut:])


def _wrong_image_length(stimulus, network_file, rng):
    words = max(1, stimulus.image_packet_words + int(rng.integers(-stimulus.image_packet_words, 6)))
    return replace(stimulus, image_packet_words=words)


def _image_stopped(stimulus, network_file, rng):
    return replace(stimulus, image_words=int(rng.integers(len(stimulus.images) // IMAGE_WORD_BYTES)))


def _random_image(stimulus, network_file, rng):
    """Also in the bytes that pad a position."""
    return replace(stimulus, images=rng.bytes(len(stimulus.images)))


def _endless_image(stimulus, network_file, rng):
    """No tlast within the image buffer."""
    words = network_file.schedule.config.image_words + 64
    return replace(stimulus, images=rng.bytes(IMAGE_WORD_BYTES * words), image_packet_words=words)


def _record_sections(network_file):
    return [section for section in sections(network_file.schedule) if section.kind == RECORD]


def _end(section, network_file):
    """First byte behind the stream words of a section."""
    bits = network_file.schedule.config.network_bits
    return -(-(section.first_bit + section.bits) // bits) * bits // 8


MUTATIONS = {
    "random words": _random_words,
    "random words after START": _random_words_after_start,
    "flipped bits": _flipped_bits,
    "flipped bits of records": _flipped_record_bits,
    "wrong field": _wrong_field,
    "truncated": _truncated,
    "stopped": _stopped,
    "spliced": _spliced,
    "another network's rest": _other_network,
    "wrong image length": _wrong_image_length,
    "image stopped": _image_stopped,
    "random image": _random_image,
    "endless image": _endless_image,
}
