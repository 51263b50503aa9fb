"""The streams that the coverage is measured with: random networks, and everything that a stream can have wrong."""

from dataclasses import dataclass

import numpy as np

from firstspike.golden.streams import record_values as stream_records
from firstspike.golden.streams import records
from firstspike.golden.streams.network_stream import image_stream
from firstspike.golden.streams.records import ErrorCode, Opcode
from firstspike.sim.stimulus import Stimulus
from firstspike.verify.random_networks import cases

WORD_BYTES = 4
"""Bytes of a word of the image stream."""

CHANGES = (
    (Opcode.START, "magic", lambda value, config: value ^ 1 << 31, ErrorCode.BAD_MAGIC),
    (Opcode.START, "version", lambda value, config: value + 1, ErrorCode.BAD_VERSION),
    (Opcode.START, "fingerprint", lambda value, config: value ^ 1, ErrorCode.WRONG_CONFIGURATION),
    (Opcode.START, "opcode", lambda value, config: Opcode.LAYER, ErrorCode.BAD_OPCODE),
    *(
        (place, "opcode", lambda value, config, wrong=wrong: wrong, ErrorCode.BAD_OPCODE)
        for place, wrong in (
            (Opcode.LAYER, Opcode.START),
            (Opcode.LAYER, 0),
            (Opcode.LAYER, Opcode.PASS),
            (Opcode.LAYER, 5),
            (Opcode.PASS, 255),
            (Opcode.PASS, Opcode.START),
            (Opcode.END, 6),
        )
    ),
    (Opcode.LAYER, "opcode", lambda value, config: Opcode.END, ErrorCode.LATE_END),
    *(
        (Opcode.LAYER, field, lambda value, config: 0, ErrorCode.BAD_FIELD)
        for field in ("kernel_h", "kernel_w", "units_h", "units_w", "in_words", "images")
    ),
    (Opcode.LAYER, "split_log2", lambda value, config: len(config.splits), ErrorCode.BAD_FIELD),
    (Opcode.LAYER, "in_image_stride", lambda value, config: value + 1, ErrorCode.IMAGE_LENGTH),
    *(
        (Opcode.PASS, field, lambda value, config: 0, ErrorCode.BAD_FIELD)
        for field in ("rows", "words", "units", "channels")
    ),
    (Opcode.PASS, "rows", lambda value, config: config.ring_rows + 1, ErrorCode.BAD_FIELD),
    (Opcode.PASS, "channels", lambda value, config: config.lanes + 1, ErrorCode.BAD_FIELD),
    (Opcode.PASS, "words", lambda value, config: 4095, ErrorCode.TIMEOUT),
)
"""Record, field, its wrong value, and how the run ends."""


@dataclass(frozen=True)
class Attempt:
    """A stream that is not in order.

    Attributes
    ----------
    name : str
    stimulus : Stimulus
    outcome : ErrorCode or None
        How it must end; None: with any error, or well, but within the bound of the watchdog.
    """

    name: str
    stimulus: Stimulus
    outcome: ErrorCode | None


def networks(config, count, first_seed=1):
    """The first random networks (list of Case) of the campaign for this configuration."""
    return [cases.from_seed(seed, config) for seed in range(first_seed, first_seed + count)]


def image_arrivals(config):
    """Cases whose images arrive far ahead of the processor, or just when it is done with the one before.

    Images of one word all arrive while the first one is processed, and wait. Where the first layer takes about as long
    as the next image needs to arrive, some last words come in the very cycle in which the image before is dropped.
    """
    far_ahead = _small_network(config, height=1, width=1, hidden={})
    # With stride 2 a layer run takes about 100 cycles and one for every fourth pixel; a pixel is a word.
    hidden = {
        "padding_h": 0,
        "padding_w": 0,
        "kernel_h": 1,
        "kernel_w": 1,
        "stride": 2,
        "pool": 0,
        "hidden_channels": 1,
    }
    few = next(index for index, stall in enumerate(cases.STALLS) if stall)
    return [
        far_ahead,
        *(
            _small_network(config, height=17, width=width, hidden=hidden, stall=few, stall_seed=seed)
            for width in range(5, 14)
            for seed in range(1, 5)
        ),
    ]


def _small_network(config, *, height, width, hidden, stall=0, stall_seed=1):
    """Case of two full batches of spike-coded images of one channel, most of whose pixels are black.

    `hidden` are the choices of a hidden layer, if there is one.
    """
    chosen = {
        "batch": cases.MOST_BATCH,
        "runs": cases.MOST_RUNS,
        "stall": stall,
        "stall_seed": stall_seed,
        "channels": 1,
        "height": height,
        "width": width,
        "hidden_layers": 1 if hidden else 0,
        **hidden,
        "classes": 3,
        "coding": 3,
        "weights": 1,
        "dark": 3,
    }
    return cases.from_choices(tuple(chosen.values()), config)


def wrong_records(case):
    """Attempts with one field of one record changed."""
    places = stream_records.places(case.network_file.stream, case.config)
    for opcode, field, change, outcome in CHANGES:
        place = next(place for place in places if place.opcode == opcode)
        stream = stream_records.with_fields(
            case.network_file.stream, place, **{field: change(place.values[field], case.config)}
        )
        yield Attempt(f"{opcode.name} with another {field}", _stimulus(case, stream), outcome)


def wrong_lengths(case):
    """Attempts whose packets end too early, too late or never."""
    stream = case.network_file.stream
    word = case.config.network_bits // 8
    words = len(stream) // word
    for cut in sorted({1, 7, 8, 9, 16, 40, words // 2, words - 1}):
        if cut < words:
            yield Attempt(f"tlast after {cut} words", _stimulus(case, stream[: cut * word]), ErrorCode.EARLY_END)
            yield Attempt(f"silence after {cut} words", _stimulus(case, stream, network_words=cut), ErrorCode.TIMEOUT)
    yield Attempt("one word more", _stimulus(case, stream + bytes(word)), ErrorCode.LATE_END)
    yield Attempt(
        "no tlast", _stimulus(case, stream, network_packet_words=2 * words, network_words=2 * words), ErrorCode.LATE_END
    )
    pixels = len(image_stream(case.images[:1])) // WORD_BYTES
    for change in (-1, 1):
        if pixels + change > 0:
            yield Attempt(
                f"an image of {change:+} words",
                _stimulus(case, stream, image_packet_words=pixels + change, image_words=pixels + change),
                ErrorCode.IMAGE_LENGTH,
            )
    yield Attempt(
        "an endless image",
        _stimulus(case, stream, image_packet_words=1 << 30, image_words=3 * case.config.image_words),
        ErrorCode.IMAGE_LENGTH,
    )
    for cut in (0, 1):
        yield Attempt(
            f"silence after {cut} words of an image",
            _stimulus(case, stream, image_words=cut),
            ErrorCode.TIMEOUT if pixels > cut else None,
        )


def random_records(case, seeds):
    """Attempts in which some fields of one LAYER or PASS record have random values of all their bits."""
    places = [
        place
        for place in stream_records.places(case.network_file.stream, case.config)
        if place.opcode in (Opcode.LAYER, Opcode.PASS)
    ]
    for seed in seeds:
        rng = np.random.default_rng(seed)
        place = places[int(rng.integers(len(places)))]
        fields = [(name, bits) for name, bits in records.FIELDS[place.opcode] if name != "opcode"]
        chosen = rng.choice(len(fields), int(rng.integers(1, 5)), replace=False)
        changes = {fields[index][0]: int(rng.integers(1 << fields[index][1])) for index in chosen}
        stream = stream_records.with_fields(case.network_file.stream, place, **changes)
        yield Attempt(
            f"{place.opcode.name} with random {', '.join(changes)} (seed {seed})", _stimulus(case, stream), None
        )


def interrupted(case):
    """A good stream for two runs of which only the first is waited for: the next reset comes in the second one."""
    stream = case.network_file.stream
    batch = case.images[: case.network_file.schedule.batch]
    words = len(stream) // (case.config.network_bits // 8)
    pixels = image_stream(np.concatenate([batch, batch]))
    return Attempt(
        "reset in a run",
        Stimulus(stream, pixels, 1, len(pixels) // WORD_BYTES // len(batch) // 2, network_words=2 * words),
        None,
    )


def _stimulus(case, stream, **settings):
    """One run of the case's first batch."""
    images = case.images[: case.network_file.schedule.batch]
    pixels = image_stream(images)
    settings = {
        "image_packet_words": len(pixels) // WORD_BYTES // len(images),
        "stall": case.stall,
        "seed": case.stall_seed,
    } | settings
    return Stimulus(stream, pixels, 1, **settings)
