"""Streams with something wrong, and how the processor must answer them: for the coverage, and for mutants of the RTL."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from firstspike.golden.config import HardwareConfig
from firstspike.golden.streams import record_values, records
from firstspike.golden.streams.network_stream import image_stream
from firstspike.golden.streams.records import ErrorCode, Opcode
from firstspike.sim.stimulus import Stimulus
from firstspike.verify.random_networks.cases import Case

WORD_BYTES = 4
"""Bytes of a word of the image stream."""


@dataclass(frozen=True)
class Attempt:
    """A stream that is not in order.

    `outcome` is how it must end; None: with any error, or well, but within the bound of the watchdog.
    """

    name: str
    stimulus: Stimulus
    outcome: ErrorCode | None


def wrong_values(config: HardwareConfig) -> Iterator[tuple[Opcode, str, tuple[int, ...], ErrorCode]]:
    """Record, field, its wrong values, and how the run ends."""
    yield Opcode.START, "magic", (records.MAGIC ^ 1, records.MAGIC ^ 1 << 31), ErrorCode.BAD_MAGIC
    yield Opcode.START, "version", (records.STREAM_VERSION + 1,), ErrorCode.BAD_VERSION
    fingerprint = config.fingerprint
    yield Opcode.START, "fingerprint", (fingerprint ^ 1, fingerprint ^ 1 << 31), ErrorCode.WRONG_CONFIGURATION
    for record, values in (
        (Opcode.START, (Opcode.LAYER, 0)),
        (Opcode.LAYER, (Opcode.START, Opcode.PASS, 0, 5, 255)),
        (Opcode.PASS, (Opcode.START, 255)),
        (Opcode.END, (6,)),
    ):
        yield record, "opcode", values, ErrorCode.BAD_OPCODE
    yield Opcode.LAYER, "opcode", (Opcode.END,), ErrorCode.LATE_END
    for field in ("kernel_h", "kernel_w", "units_h", "units_w", "in_words", "images"):
        yield Opcode.LAYER, field, (0,), ErrorCode.BAD_FIELD
    yield Opcode.LAYER, "split_log2", (len(config.splits),), ErrorCode.BAD_FIELD
    yield Opcode.PASS, "rows", (0, config.ring_rows + 1, 1 << 15), ErrorCode.BAD_FIELD
    yield Opcode.PASS, "rows_per_tap", (1 << 15,), ErrorCode.BAD_FIELD
    yield Opcode.PASS, "channels", (0, config.lanes + 1), ErrorCode.BAD_FIELD
    for field in ("words", "units"):
        yield Opcode.PASS, field, (0,), ErrorCode.BAD_FIELD
    yield Opcode.PASS, "words", (4095,), ErrorCode.TIMEOUT


def wrong_records(case: Case) -> Iterator[Attempt]:
    """Attempts with one field of one record changed."""
    found = record_values.places(case.network_file.stream, case.config)
    places = {place.opcode: place for place in reversed(found)}

    def attempt(record, field, value, outcome):
        stream = record_values.with_fields(case.network_file.stream, places[record], **{field: int(value)})
        return Attempt(f"{record.name} with {field} {int(value)}", stimulus(case, stream), outcome)

    for record, field, values, outcome in wrong_values(case.config):
        yield from (attempt(record, field, value, outcome) for value in values)
    stride = places[Opcode.LAYER].values["in_image_stride"]
    yield attempt(Opcode.LAYER, "in_image_stride", stride + 1, ErrorCode.IMAGE_LENGTH)


def wrong_lengths(case: Case) -> Iterator[Attempt]:
    """Attempts whose packets end too early, too late or never."""
    stream = case.network_file.stream
    word = case.config.network_bits // 8
    words = len(stream) // word
    for cut in sorted({1, 3, 7, 8, 9, 16, 24, 25, 40, words // 2, words - 1}):
        if cut < words:
            yield Attempt(f"tlast after {cut} words", stimulus(case, stream[: cut * word]), ErrorCode.EARLY_END)
            yield Attempt(f"silence after {cut} words", stimulus(case, stream, network_words=cut), ErrorCode.TIMEOUT)
    yield Attempt("one word more", stimulus(case, stream + bytes(word)), ErrorCode.LATE_END)
    endless = {"network_packet_words": 2 * words, "network_words": 2 * words}
    yield Attempt("no tlast", stimulus(case, stream, **endless), ErrorCode.LATE_END)
    pixels = len(image_stream(case.images[:1])) // WORD_BYTES
    for name, length in ((f"an image of {pixels + change} words", pixels + change) for change in (-1, 1)):
        if length > 0:
            settings = {"image_packet_words": length, "image_words": length}
            yield Attempt(name, stimulus(case, stream, **settings), ErrorCode.IMAGE_LENGTH)
    endless = {"image_packet_words": 1 << 30, "image_words": 3 * case.config.image_words}
    yield Attempt("an endless image", stimulus(case, stream, **endless), ErrorCode.IMAGE_LENGTH)
    for cut in (0, 1):
        outcome = ErrorCode.TIMEOUT if pixels > cut else None
        yield Attempt(f"silence after {cut} words of an image", stimulus(case, stream, image_words=cut), outcome)


def random_records(case: Case, seeds: range) -> Iterator[Attempt]:
    """Attempts in which some fields of one LAYER or PASS record have random values of all their bits."""
    found = record_values.places(case.network_file.stream, case.config)
    places = [place for place in found if place.opcode in (Opcode.LAYER, Opcode.PASS)]
    for seed in seeds:
        rng = np.random.default_rng(seed)
        place = places[int(rng.integers(len(places)))]
        fields = [(name, bits) for name, bits in records.FIELDS[place.opcode] if name != "opcode"]
        chosen = rng.choice(len(fields), int(rng.integers(1, 5)), replace=False)
        changes = {fields[index][0]: int(rng.integers(1 << fields[index][1])) for index in chosen}
        stream = record_values.with_fields(case.network_file.stream, place, **changes)
        name = f"{place.opcode.name} with random {', '.join(changes)} (seed {seed})"
        yield Attempt(name, stimulus(case, stream), None)


def interrupted(case: Case) -> Attempt:
    """A good stream for two runs of which only the first is waited for: the next reset comes in the second one."""
    stream = case.network_file.stream
    batch = case.images[: case.network_file.schedule.batch]
    words = len(stream) // (case.config.network_bits // 8)
    pixels = image_stream(np.concatenate([batch, batch]))
    image_words = len(pixels) // WORD_BYTES // len(batch) // 2
    return Attempt("reset in a run", Stimulus(stream, pixels, 1, image_words, network_words=2 * words), None)


def stimulus(case: Case, stream: bytes, **settings) -> Stimulus:
    """One run of the case's first batch, with this network stream."""
    images = case.images[: case.network_file.schedule.batch]
    pixels = image_stream(images)
    image_words = len(pixels) // WORD_BYTES // len(images)
    return Stimulus(
        stream,
        pixels,
        1,
        **{"image_packet_words": image_words, "stall": case.stall, "seed": case.stall_seed} | settings,
    )
