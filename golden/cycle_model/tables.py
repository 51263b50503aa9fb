"""What the cycle model walks: commands of a schedule, and the events in every word that it reads."""

from dataclasses import dataclass
from math import gcd

import numpy as np

from firstspike.golden import formats
from firstspike.golden.streams import record_values as stream_records
from firstspike.golden.streams.records import RECORD_BITS, Opcode

COMMAND = np.dtype(
    [
        (name, np.int64)
        for name in (
            "opcode",
            "run",
            "split",
            "from_pixels",
            "is_output",
            "pool_size",
            "pool_stride",
            "stride",
            "kernel_h",
            "kernel_w",
            "pad_y",
            "pad_x",
            "in_h",
            "in_w",
            "in_words",
            "in_row_stride",
            "in_image_stride",
            "units_h",
            "units_w",
            "first_event_word",
            "in_base",
            "word_neurons",
            "first_chunk",
            "last_chunk",
            "has_parameters",
            "channels",
            "words",
            "rows_per_tap",
            "rows",
            "units",
            "start_y",
            "start_x",
            "image_base",
            "row_base",
            "unit_base",
        )
    ]
)
"""A record of the network stream; a PASS also has its layer's fields. Addresses wrap at 2^20."""

CONFIG = np.dtype(
    [
        (name, np.int64)
        for name in (
            "clusters",
            "cluster_lanes",
            "lanes",
            "encoders",
            "word_neurons",
            "ring_rows",
            "drain_positions",
            "network_bits",
            "image_words",
            "counters",
            "granule",
            "granules",
            "capacity",
            "spanned",
            "record",
            "parameter_row",
            "cluster_row",
        )
    ]
)


@dataclass(frozen=True, eq=False)
class Tables:
    """Input of the machine.

    Attributes
    ----------
    config : CONFIG array (1,)
    commands : COMMAND array
    words_of_batch : int
        Input words of all layer runs.
    word_events : int64 (words + 1,)
        Where the events of each input word begin in `event_channels`; the words of a layer run start at its
        `first_event_word`, counted from those of its batch.
    event_channels : int64 (events,)
        Input channel inside the word, in the order of issue.
    image_length : int
        Words of an image packet.
    """

    config: np.ndarray
    commands: np.ndarray
    words_of_batch: int
    word_events: np.ndarray
    event_channels: np.ndarray
    image_length: int


def build(network, schedule, images, evaluation):
    """`Tables` of whole batches of images; arguments as in `prediction.predict`."""
    batches = len(images) // schedule.batch
    commands = [{"opcode": Opcode.START}]
    counts, channels = [[] for _ in range(batches)], [[] for _ in range(batches)]
    words_of_batch = 0
    for index, run in enumerate(schedule.runs):
        record, geometry = stream_records.layer_record(network, schedule, run), network.layers[run.layer]
        layer = {name: record[name] for name in COMMAND.names if name in record} | {
            "run": index,
            "split": run.split,
            "from_pixels": run.layer == 0,
            "pool_size": geometry.unit_window.size,
            "pool_stride": geometry.unit_window.stride,
            "stride": geometry.window.stride,
            "first_event_word": words_of_batch,
            "in_base": run.in_base,
            "word_neurons": schedule.input_word_neurons(run),
        }
        commands.append(layer)
        for pass_ in run.passes:
            record = stream_records.pass_record(network, schedule, run, pass_)
            commands.append(layer | {name: record[name] for name in COMMAND.names if name in record})
        for batch in range(batches):
            events = _events(network, schedule, run, batch * schedule.batch, images, evaluation)
            counts[batch].append(events.sum(axis=1, dtype=np.int64))
            channels[batch].append(np.repeat(np.indices(events.shape)[1].reshape(-1), events.reshape(-1)))
        words_of_batch += len(events)
    commands.append({"opcode": Opcode.END, "run": len(schedule.runs)})

    table = np.zeros(len(commands), COMMAND)
    for row, command in zip(table, commands):
        for name, value in command.items():
            row[name] = value
    _, height, width = network.input_shape
    return Tables(
        config=_config(schedule.config),
        commands=table,
        words_of_batch=words_of_batch,
        word_events=np.concatenate([[0], np.cumsum(np.concatenate(sum(counts, [])))]).astype(np.int64),
        event_channels=np.concatenate(sum(channels, [])).astype(np.int64),
        image_length=height * width * schedule.runs[0].in_words,
    )


def _events(network, schedule, run, first_image, images, evaluation):
    """Events of each channel of each input word of a layer run: uint8 (words, channels of a word)."""
    batch = slice(first_image + run.first_image, first_image + run.first_image + run.images)
    words = images[batch] if run.layer == 0 else evaluation.spikes[run.layer - 1][batch]
    events = network.in_code(run.layer).event_counts(network)[words]
    neurons = schedule.input_word_neurons(run)
    padded = np.pad(events, ((0, 0), (0, run.in_words * neurons - events.shape[1]), (0, 0), (0, 0)))
    return padded.transpose(0, 2, 3, 1).reshape(-1, neurons)


def _config(config):
    """The configuration and the gearbox dimensions that follow from it (hw/loader/unpacker.py)."""
    rows = [config.lanes // split * formats.WEIGHT_BITS for split in config.splits]
    sizes = (RECORD_BITS, config.parameter_row_bits, *rows)
    granule = gcd(config.network_bits, *sizes)
    granules = config.network_bits // granule
    spanned = -(-(granules - 1 + max(sizes) // granule) // granules)
    values = {
        **{name: getattr(config, name) for name in CONFIG.names if hasattr(config, name)},
        "granule": granule,
        "granules": granules,
        "capacity": spanned + 2,
        "spanned": spanned,
        "record": RECORD_BITS // granule,
        "parameter_row": config.parameter_row_bits // granule,
        "cluster_row": config.cluster_row_bits // granule,
    }
    array = np.zeros(1, CONFIG)
    for name in CONFIG.names:
        array[name] = values[name]
    return array
