"""Chooses what the hardware does in which order: splits, chunks, the batching point and the addresses of all maps."""

from dataclasses import dataclass

from firstspike.golden.config import PIXELS_PER_WORD, PRESETS, ConfigurationError, HardwareConfig
from firstspike.golden.schedule import MAX_BATCH, LayerRun, Schedule
from firstspike.golden.streams import record_values as stream_records
from firstspike.golden.streams import records
from firstspike.quant.mapper import cost_model, longest_silence, spike_memory
from firstspike.quant.mapper.passes import build, chunk_channels, chunk_rows

RING_SHARES = (1, 2, 3, 4)
"""Chunks are tried with at most 1/1 .. 1/4 of the ring: smaller ones leave room to load the next pass ahead."""


TOLERANCE = 1.05
"""Choices whose estimates differ by less are equally fast; the one with the least traffic wins."""


class MappingError(ValueError):
    """A network that a configuration cannot run.

    Attributes
    ----------
    resource : str
        What is too small, with its configuration field where it has one.
    needed, available : int
    field : str or None
        The configuration field that would have to grow (or change) to `needed`.
    """

    def __init__(self, where, resource, needed, available, field=None, remedy=""):
        super().__init__(f"{where}: {resource}: {needed} needed, {available} available{remedy}")
        self.where, self.resource, self.field = where, resource, field
        self.needed, self.available = needed, available


@dataclass(frozen=True)
class Choice:
    """How one layer is mapped, and the estimate behind it.

    Attributes
    ----------
    layer : str
    split, groups, tiles, chunks : int
        S, groups of output channels, tiles of units and chunks of input channels of one run.
    images : int
        Images per run; the layer has `batch / images` runs.
    cycles, stream_cycles : float
        Estimated cycles for the whole batch, and those the network stream alone would take.
    reason : str
    """

    layer: str
    split: int
    groups: int
    tiles: int
    chunks: int
    images: int
    cycles: float
    stream_cycles: float
    reason: str


@dataclass(frozen=True)
class Mapping:
    """A schedule and why it is as it is.

    Attributes
    ----------
    schedule : Schedule
    choices : tuple of Choice
        One per layer.
    cycles : float
        Estimated cycles of the whole schedule.
    """

    schedule: Schedule
    choices: tuple
    cycles: float


@dataclass(frozen=True)
class _Candidate:
    split: int
    chunks: int
    images: int
    passes: tuple
    work: list
    cycles: float
    stream_cycles: float


@dataclass(frozen=True)
class _BatchingPoint:
    first_batched: int
    placement: spike_memory.Placement
    cycles: float
    stream_cycles: float


def schedule(network, config, batch=1):
    """The schedule with the lowest estimated cycles.

    Parameters
    ----------
    network : Network
    config : HardwareConfig
    batch : int
        Images of one run of the hardware, 1..16.

    Returns
    -------
    Schedule

    Raises
    ------
    MappingError
        The network does not fit; says which resource is too small, what is needed, and which preset or which change
        of the configuration would do.
    NetworkError
        The network is no chain.
    """
    return choose(network, config, batch).schedule


def choose(network, config, batch=1):
    """Like `schedule`, but returns the `Mapping`: the schedule with its reasons."""
    try:
        return _map(network, config, batch)
    except MappingError as error:
        raise MappingError(
            error.where,
            error.resource,
            error.needed,
            error.available,
            error.field,
            _remedy(network, config, batch, error),
        ) from None


def _map(network, config, batch):
    _check_formats(network, config, batch)
    layers = range(len(network.layers))
    alone = [_best(network, config, index, images=1) for index in layers]
    together = alone if batch == 1 else [None, *(_best(network, config, index, images=batch) for index in layers[1:])]

    map_words = [
        -(-channels // config.word_neurons) * height * width for channels, height, width in network.maps()[1:-1]
    ]
    points = [
        _batching_point(first, batch, alone, together, map_words, config.spike_words)
        for first in (range(1, len(layers) + 1) if batch > 1 else [len(layers)])
    ]
    fitting = [point for point in points if point.placement.needed <= config.spike_words]
    if not fitting:
        raise MappingError(
            f"network {network.name}",
            "spike buffer (spike_words), words for the maps alive together",
            min(point.placement.needed for point in points),
            config.spike_words,
            "spike_words",
        )
    best = _fastest(fitting, lambda point: (point.stream_cycles, point.placement.needed))
    first_batched, placement = best.first_batched, best.placement

    runs = [
        _run(network, config, index, image, alone[index], placement)
        for image in range(batch)
        for index in layers[:first_batched]
    ]
    runs += [_run(network, config, index, 0, together[index], placement) for index in layers[first_batched:]]
    result = Schedule(config=config, batch=batch, runs=tuple(runs))
    _check_records(network, result)
    silence = longest_silence.cycles(network, result)
    if silence >= config.watchdog_cycles:
        raise MappingError(
            f"network {network.name}",
            "watchdog (watchdog_cycles), cycles beyond those in which a correct run may show no progress",
            silence + 1,
            config.watchdog_cycles,
            "watchdog_cycles",
        )
    used = alone[:first_batched] + together[first_batched:]
    work = [used[run.layer].work for run in runs]
    return Mapping(
        schedule=result,
        cycles=cost_model.finish_times(work, config.ring_rows)[-1],
        choices=tuple(_choice(network, config, batch, index, c) for index, c in enumerate(used)),
    )


def _batching_point(first_batched, batch, alone, together, map_words, spike_words):
    candidates = [(batch, c) for c in alone[:first_batched]] + [(1, c) for c in together[first_batched:]]
    return _BatchingPoint(
        first_batched,
        spike_memory.place(map_words, batch, first_batched, spike_words),
        sum(runs * c.cycles for runs, c in candidates),
        sum(runs * c.stream_cycles for runs, c in candidates),
    )


def _fastest(choices, traffic):
    limit = TOLERANCE * min(choice.cycles for choice in choices)
    return min((choice for choice in choices if choice.cycles <= limit), key=traffic)


def _best(network, config, index, images):
    layer = network.layers[index]
    word_neurons = PIXELS_PER_WORD if index == 0 else config.word_neurons
    in_words = -(-layer.in_channels // word_neurons)
    _, units_h, units_w = network.maps()[index + 1]

    one_word = chunk_rows(layer, min(word_neurons, layer.in_channels))
    if one_word > config.ring_rows:
        raise MappingError(
            f"layer {layer.name}",
            "weight ring (ring_rows), rows for one input word",
            one_word,
            config.ring_rows,
            "ring_rows",
        )
    candidates = []
    for share in RING_SHARES:
        chunks = _fewest_chunks(layer, word_neurons, in_words, config.ring_rows // share)
        if chunks is None or any(c.chunks == chunks for c in candidates):
            continue
        if chunks > 1 and config.tile_positions < layer.unit_window.positions:
            continue
        for split in config.splits:
            passes = build(layer, config, word_neurons, images * units_h * units_w, split, chunks)
            work = cost_model.run_work(network, config, index, split, passes)
            candidates.append(
                _Candidate(
                    split,
                    chunks,
                    images,
                    passes,
                    work,
                    cost_model.steady_cycles(work, config.ring_rows),
                    cost_model.stream_cycles(work),
                )
            )
    if not candidates:
        raise MappingError(
            f"layer {layer.name}",
            "partial sums (tile_positions) of one pooling window, as its weights need several chunks",
            layer.unit_window.positions,
            config.tile_positions,
            "tile_positions",
        )
    return _fastest(candidates, lambda c: (c.stream_cycles, c.chunks, c.cycles))


def _fewest_chunks(layer, word_neurons, in_words, rows):
    """Fewest chunks of at most `rows` weight rows each, or None."""
    for chunks in range(1, in_words + 1):
        if max(chunk_rows(layer, c) for c in chunk_channels(layer.in_channels, word_neurons, chunks)) <= rows:
            return chunks
    return None


def _run(network, config, index, image, candidate, placement):
    layer = network.layers[index]
    in_neurons = PIXELS_PER_WORD if index == 0 else config.word_neurons
    return LayerRun(
        layer=index,
        first_image=image,
        images=candidate.images,
        split=candidate.split,
        in_base=placement.address(index - 1, image) if index > 0 else 0,
        out_base=placement.address(index, image) if layer.fires else 0,
        in_words=-(-layer.in_channels // in_neurons),
        out_words=-(-layer.out_channels // config.word_neurons),
        passes=candidate.passes,
    )


def _choice(network, config, batch, index, candidate):
    layer, passes = network.layers[index], candidate.passes
    groups = sum(pass_.has_parameters for pass_ in passes)
    repeats = batch // candidate.images
    return Choice(
        layer=layer.name,
        split=candidate.split,
        groups=groups,
        chunks=candidate.chunks,
        tiles=len(passes) // groups // candidate.chunks,
        images=candidate.images,
        cycles=repeats * candidate.cycles,
        stream_cycles=repeats * candidate.stream_cycles,
        reason="; ".join(_reasons(config, layer, candidate)),
    )


def _reasons(config, layer, candidate):
    array_cycles = sum(w.array_cycles for w in candidate.work)
    yield "bound by the network stream" if candidate.stream_cycles > array_cycles else "bound by the array"
    if candidate.split > 1:
        idle = max(0, config.lanes - layer.out_channels)
        yield (
            f"split, as {layer.out_channels} channels would leave {idle} of {config.lanes} lanes idle"
            if idle
            else "split, as each tile then holds more units for the same weights"
        )
    if candidate.chunks > 1:
        rows = chunk_rows(layer, layer.in_channels)
        yield (
            f"chunks, as {rows} weight rows exceed the ring of {config.ring_rows}"
            if rows > config.ring_rows
            else "chunks, as smaller ones load while others are in use"
        )
    if candidate.images > 1:
        yield f"{candidate.images} images share each weight row"


def _check_formats(network, config, batch):
    network.require_chain()
    where = f"network {network.name}"
    if not 1 <= batch <= MAX_BATCH:
        raise MappingError(where, "images of a batch", batch, MAX_BATCH)
    if network.acc_bits > config.acc_bits:
        raise MappingError(
            where, "bits of a membrane potential (acc_bits)", network.acc_bits, config.acc_bits, "acc_bits"
        )
    for field, text in (
        ("time_steps", "T (time_steps)"),
        ("fraction_bits", "F (fraction_bits)"),
        ("spike_code", "the spike code (spike_code)"),
    ):
        if getattr(network, field) != getattr(config, field):
            raise MappingError(
                where, f"{text} must be that of the network", getattr(network, field), getattr(config, field), field
            )
    channels, height, width = network.input_shape
    image_words = height * width * -(-channels // PIXELS_PER_WORD)
    if image_words > config.image_words:
        # the buffer must be a power of two
        raise MappingError(
            where,
            "image buffer (image_words), words",
            1 << (image_words - 1).bit_length(),
            config.image_words,
            "image_words",
        )


def _check_records(network, result):
    """Every number of the schedule must fit its record field."""
    for run in result.runs:
        where = f"layer {network.layers[run.layer].name}"
        _check_fields(where, records.LAYER, stream_records.layer_record(network, result, run))
        for pass_ in run.passes:
            _check_fields(where, records.PASS, stream_records.pass_record(network, result, run, pass_))


def _check_fields(where, fields, values):
    for name, width in fields:
        if values[name] >= 1 << width:
            raise MappingError(where, f"record field {name}, largest value", values[name], (1 << width) - 1)


def _remedy(network, config, batch, error):
    """What to say after the error: a preset that would do, and the smallest change of the configuration."""
    if error.field is None:
        return "; no configuration changes that"
    remedies = [f"the preset {preset.name} would do" for preset in PRESETS.values() if _fits(network, preset, batch)][
        :1
    ]
    changes = _changes(network, config, batch, error)
    if changes:
        values = ", ".join(f"{field}={value}" for field, value in changes.items())
        remedies.append(f"configuration {config.name} with {values} would do")
    return "; " + (" or ".join(remedies) or "no preset and no larger buffers would do")


def _changes(network, config, batch, error):
    """Fields of `config` to change until the network fits, each to the least value that the errors ask for; or None."""
    changes = {}
    while error.field is not None:
        changes[error.field] = error.needed
        try:
            _map(network, HardwareConfig.from_dict(config.model_dump() | changes), batch)
        except ConfigurationError:
            return None
        except MappingError as next_error:
            error = next_error
        else:
            return changes
    return None


def _fits(network, config, batch):
    try:
        _map(network, config, batch)
    except MappingError:
        return False
    return True
